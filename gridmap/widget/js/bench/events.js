/** What one part of a view tells the others. */

/**
 * hello, grid, plan: the kernel told it. heard: it told which cells are changed. paint: cells look different. live: the numbers changed. ui, lang, layers: somebody
 * chose. hover: where the pointer is. choose: a cell was chosen. ghost: something is laid over the map. asking: the map is
 * asked for a place. say: a screen reader is told. happened: what events tell is known. tab: a tab of the panel is asked for. held: what an official
 * holds is shown. dropped: something of the panel was let go over a place of the page.
 * @typedef {"hello" | "grid" | "plan" | "heard" | "paint" | "live" | "lang" | "ui" | "notice" | "progress" | "stale" | "happened" | "points" | "layers" | "connection" | "hover" | "choose" | "ghost" | "tab" | "certificate" | "say" | "asking" | "held" | "dropped"} EventName
 */

export class Events {
  constructor() {
    /** @type {Map<string, Set<(value: any) => void>>} */
    this.listeners = new Map();
  }

  /**
   * @param {EventName} name
   * @param {(value: any) => void} heard
   * @returns {() => void}  ends it
   */
  on(name, heard) {
    const group = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, group.add(heard));
    return () => void group.delete(heard);
  }

  /**
   * @param {EventName} name
   * @param {any} [value]
   */
  emit(name, value) {
    for (const heard of [...(this.listeners.get(name) ?? [])]) heard(value);
  }
}
