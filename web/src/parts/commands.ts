/** How a machine with Docker or a pipeline has an image kept here; only the image is left to name. */
export function scanCommand(): string {
  return `plimsoll scan IMAGE --server ${window.location.origin}`;
}
