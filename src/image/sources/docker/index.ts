/**
 * An image of a Docker engine (`name`, `name:tag`, image id) becomes an opened image, over the engine's socket. The
 * engine is only asked for the image's bytes when its configuration or a layer is not known yet. Starts nothing.
 */
export { dockerSource, openIfThere } from './docker.ts';
