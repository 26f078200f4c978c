/**
 * What importing a wasm file of this package gives: its address, as bundlers make it (`file` in
 * esbuild, `asset/resource` in webpack, `?url` in Vite), for `options.wasm`. Copied beside the
 * package's other declarations, since a compiler finds none for a file that is no script.
 */
declare const url: string;
export default url;
