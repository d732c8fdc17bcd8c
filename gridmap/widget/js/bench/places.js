/** The areas over the cells: which area of a level a cell is in, what it is called, and which cells an area has. */

/** @typedef {import("./messages.js").Area} Area */

export class Places {
  /**
   * @param {Area[]} areas
   * @param {Int32Array} areaOf  for each cell the area directly above it, -1 for none
   */
  constructor(areas, areaOf) {
    this.areas = areas;
    this.areaOf = areaOf;
    /** @type {Map<string, Int32Array>} */
    this.byLevel = new Map();
  }

  /**
   * The area of a level over an area, itself included; -1 where there is none.
   * @param {number} area
   * @param {string} level
   */
  above(area, level) {
    let place = area;
    while (place >= 0 && this.areas[place].level !== level) place = this.areas[place].parent;
    return place;
  }

  /**
   * For each cell its area of a level.
   * @param {string} level
   * @returns {Int32Array}
   */
  ofLevel(level) {
    let answer = this.byLevel.get(level);
    if (!answer) {
      const above = Int32Array.from(this.areas, (_, area) => this.above(area, level));
      answer = this.areaOf.map((area) => (area < 0 ? -1 : above[area]));
      this.byLevel.set(level, answer);
    }
    return answer;
  }

  /**
   * The areas over a cell, the coarsest first.
   * @param {number} cell
   * @returns {Area[]}
   */
  path(cell) {
    const path = [];
    for (let area = this.areaOf[cell]; area >= 0; area = this.areas[area].parent) path.unshift(this.areas[area]);
    return path;
  }

  /**
   * The cells of an area, wherever below it they are.
   * @param {number} area
   * @returns {Uint32Array}
   */
  cellsOf(area) {
    const of = this.ofLevel(this.areas[area].level);
    const cells = [];
    for (let cell = 0; cell < of.length; cell++) if (of[cell] === area) cells.push(cell);
    return Uint32Array.from(cells);
  }
}
