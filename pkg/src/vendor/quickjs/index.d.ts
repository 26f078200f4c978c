// Stands in for the library that scripts/vendor.mjs copies into dist, so that the package compiles.
export { EvalFlags, JSException, QuickJS, type JSValueHandle } from "quickjs-wasi";
