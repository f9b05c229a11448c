/** VEX documents that a server keeps: which statements count for which image, and which images a changed document touches. */
export { imagesSpokenOf, imagesTouched } from './images-touched.ts';
export { readVexText, type ReadVex } from './read-vex-text.ts';
export { vexInForce, type VexInForce } from './vex-in-force.ts';
