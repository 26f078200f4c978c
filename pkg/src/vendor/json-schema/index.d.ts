// Stands in for the library that scripts/vendor.mjs copies into dist, so that the package compiles.
export { Validator } from "@cfworker/json-schema";
