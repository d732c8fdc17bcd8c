/** Mouse, pen and fingers over the map: who moves the map, and what the tool gets to know. */

/** @typedef {import("./mapview.js").MapView} MapView */

const LONG_PRESS_MS = 550;
const STILL_PX = 8;
const MIDDLE = 1;

export class Pointer {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    this.isSpaceHeld = false;
    this.isTouch = false;
    /** @type {{x: number, y: number} | null} */
    this.grip = null;
    this.isDown = false;
    /** @type {{x: number, y: number}} */
    this.downAt = { x: 0, y: 0 };
    this.moved = false;
    /** @type {Set<number>} */
    this.fingers = new Set();
    this.longPress = 0;
    const holder = view.map.getContainer();
    holder.addEventListener("pointerdown", (event) => this.down(event));
    holder.addEventListener("pointermove", (event) => this.move(event));
    for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) holder.addEventListener(name, (event) => this.up(event));
    holder.addEventListener("pointerleave", () => this.leave());
    holder.addEventListener("dblclick", () => view.tool.finish?.());
    holder.addEventListener("contextmenu", (event) => event.preventDefault());
    holder.addEventListener("auxclick", (event) => event.preventDefault());
    holder.addEventListener("mousedown", (event) => event.button === MIDDLE && event.preventDefault());
  }

  /** @param {PointerEvent} event */
  isOnMap(event) {
    return event.target instanceof Element && !event.target.closest(".leaflet-control, .gm-over-map");
  }

  /** Does the map move under the hand, instead of the tool? @param {PointerEvent} event */
  grips(event) {
    return event.button === MIDDLE || this.isSpaceHeld;
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (!this.isOnMap(event)) return;
    this.view.focus();
    this.isTouch = event.pointerType === "touch";
    if (this.isTouch) this.fingers.add(event.pointerId);
    if (this.fingers.size > 1) return this.giveUp();
    const px = this.view.map.mouseEventToContainerPoint(event);
    if (this.grips(event)) {
      this.grip = px;
      this.hold(event);
      return undefined;
    }
    if (event.button !== 0) return undefined;
    this.isDown = true;
    this.moved = false;
    this.downAt = px;
    if (event.pointerType === "touch") this.longPress = window.setTimeout(() => this.press(), LONG_PRESS_MS);
    this.view.tool.down?.(this.view.spot(px));
    if (!this.view.movesByDragging) this.hold(event);
    return undefined;
  }

  /** Hear of the pointer outside of the map too. @param {PointerEvent} event */
  hold(event) {
    const holder = this.view.map.getContainer();
    holder.setPointerCapture(event.pointerId);
    holder.classList.toggle("gm-gripped", Boolean(this.grip));
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { view } = this;
    const px = view.map.mouseEventToContainerPoint(event);
    if (this.grip) {
      view.map.panBy([this.grip.x - px.x, this.grip.y - px.y], { animate: false });
      this.grip = px;
      return;
    }
    if (this.isDown) {
      if (Math.hypot(px.x - this.downAt.x, px.y - this.downAt.y) > STILL_PX) {
        this.moved = true;
        clearTimeout(this.longPress);
      }
      view.tool.drag?.(view.spot(px));
      view.pointed(px, event);
      return;
    }
    if (!this.isOnMap(event)) return this.leave();
    if (event.pointerType !== "touch") view.tool.hover?.(view.spot(px));
    view.pointed(px, event);
  }

  /** @param {PointerEvent} event */
  up(event) {
    const { view } = this;
    clearTimeout(this.longPress);
    this.fingers.delete(event.pointerId);
    if (this.grip) {
      this.grip = null;
      view.map.getContainer().classList.remove("gm-gripped");
      return;
    }
    if (!this.isDown) return;
    this.isDown = false;
    if (event.type === "pointercancel") {
      view.tool.cancel?.();
      return;
    }
    const spot = view.spot(view.map.mouseEventToContainerPoint(event));
    if (!view.movesByDragging || !this.moved) view.tool.up?.(spot);
    if (event.pointerType === "touch") view.tool.hover?.(null);
  }

  /** A second finger: the map is zoomed, nothing is drawn. */
  giveUp() {
    clearTimeout(this.longPress);
    if (this.isDown) this.view.tool.cancel?.();
    this.isDown = false;
  }

  /** A finger that rests asks what is there. */
  press() {
    if (!this.isDown || this.moved) return;
    this.giveUp();
    this.view.showCard(this.view.spot(this.downAt).cell);
  }

  leave() {
    if (this.isDown || this.grip) return;
    this.view.tool.hover?.(null);
    this.view.pointed(null);
  }
}
