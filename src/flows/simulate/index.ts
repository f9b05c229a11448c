/** What another policy would have stopped and released: kept records are judged by it, and nothing is written down. */
export { type PolicySimulation, simulatePolicy } from './simulate-policy.ts';
