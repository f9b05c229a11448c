/** What of the WebAssembly interface is used; Node's types leave it to the browser's. */
interface WebAssemblyInterface {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

/** What every module of ours exports. */
interface WithMemory {
  readonly memory: { readonly buffer: ArrayBuffer };
}

/**
 * Compiles a module without imports; gives what makes an instance of it, each with a memory of its own. Undefined where this
 * machine has no WebAssembly, or lacks instructions that the module uses.
 */
export function compileModule<Exports extends WithMemory>(code: Uint8Array): (() => Exports) | undefined {
  const api = (globalThis as { WebAssembly?: WebAssemblyInterface }).WebAssembly;
  if (api === undefined || !api.validate(code)) return undefined;
  const module = new api.Module(code);
  return () => new api.Instance(module).exports as Exports;
}
