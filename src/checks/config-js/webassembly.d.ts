/** As much of WebAssembly as is used here: its types are part of TypeScript's DOM library alone, which Node's code goes without. */
declare namespace WebAssembly {
  /** Compiled code, without memory or state; threads may share it. */
  type Module = object;
  function compile(bytes: Uint8Array): Promise<Module>;
}
