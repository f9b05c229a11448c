import type { ImagePath, Owner, Place } from '../model/index.ts';
import type { Assembly } from './assembly.ts';

/** Where things stand: turns a layer's number into its instruction and owner, the same way for every kind of thing. */
export class Places {
  readonly #layers: Assembly['layers'];
  readonly #baseLayers: number;

  constructor(assembly: Pick<Assembly, 'layers' | 'base'>) {
    this.#layers = assembly.layers;
    this.#baseLayers = assembly.base?.layers ?? 0;
  }

  ownerOf(layer: number): Owner {
    return layer < this.#baseLayers ? 'base' : 'app';
  }

  /** A place in a layer. Members without a value are left out, so that records compare byte by byte. */
  inLayer(layer: number, at: { path?: ImagePath; innerPath?: string; line?: number; deletedIn?: number }): Place {
    const instruction = this.#layers[layer]?.instruction;
    return {
      ...(at.path === undefined ? {} : { path: at.path }),
      ...(at.innerPath === undefined ? {} : { innerPath: at.innerPath }),
      ...(at.line === undefined ? {} : { line: at.line }),
      layer,
      owner: this.ownerOf(layer),
      ...(instruction === undefined ? {} : { instruction }),
      ...(at.deletedIn === undefined ? {} : { deletedIn: at.deletedIn }),
    };
  }

  /** A place in the image's configuration, which whoever built the image answers for. */
  inConfiguration(configuration: string, layer?: number): Place {
    return layer === undefined ? { configuration, owner: 'app' } : { configuration, layer, owner: this.ownerOf(layer) };
  }
}
