/** Names on the map that never cover each other: the first ones stay. */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';

const MOST = 24; // characters of a line

/**
 * A name as it stands on the map, where a long one would cover its neighbours.
 * @param {string} name
 */
export function shortened(name) {
  const characters = [...name];
  return characters.length > MOST ? `${characters.slice(0, MOST - 1).join("")}…` : name;
}

/** Have the letters at hand before the first name is written; to find the font takes a while. */
export function fetchLetters() {
  const ctx = document.createElement("canvas").getContext("2d");
  if (!ctx) return;
  for (const weight of [500, 700]) {
    ctx.font = `${weight} 12px ${FONT}`;
    ctx.strokeText("S-1 网格", 0, 0);
  }
}

export class Lettering {
  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {{ink: string, halo: string}} colors
   */
  constructor(ctx, { ink, halo }) {
    this.ctx = ctx;
    this.ink = ink;
    this.halo = halo;
    /** @type {Box[]} */
    this.taken = [];
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
  }

  /**
   * Keep a place free.
   * @param {Box} box
   * @returns {boolean}  whether it was free
   */
  take(box) {
    const isFree = this.taken.every((o) => box.right <= o.left || box.left >= o.right || box.bottom <= o.top || box.top >= o.bottom);
    if (isFree) this.taken.push(box);
    return isFree;
  }

  /**
   * @param {{x: number, y: number}} at  the middle of the text
   * @param {string[]} names  one for each line
   * @param {{size: number, weight?: number, widest?: number, ink?: string}} how
   * @returns {boolean}  whether there was room
   */
  write({ x, y }, names, { size, weight = 500, widest = Infinity, ink = this.ink }) {
    const { ctx } = this;
    const lines = names.map(shortened);
    ctx.font = `${weight} ${size}px ${FONT}`;
    const width = Math.max(...lines.map((line) => ctx.measureText(line).width));
    const height = lines.length * size * 1.25;
    if (width > widest) return false;
    if (!this.take({ left: x - width / 2 - 4, right: x + width / 2 + 4, top: y - height / 2 - 2, bottom: y + height / 2 + 2 })) return false;
    ctx.strokeStyle = this.halo;
    ctx.lineWidth = 3.5;
    ctx.fillStyle = ink;
    lines.forEach((line, i) => {
      const top = y - height / 2 + (i + 0.5) * size * 1.25;
      ctx.strokeText(line, x, top);
      ctx.fillText(line, x, top);
    });
    return true;
  }
}
