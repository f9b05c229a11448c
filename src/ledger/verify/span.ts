/** `entry 7 is`, `entries 7 to 9 are`. */
export function span(first: number, last: number): string {
  return first >= last ? `entry ${first} is` : `entries ${first} to ${last} are`;
}
