// Stands in for the library that scripts/vendor.mjs copies into dist, so that the package compiles.
export { createParser, type EventSourceMessage } from "eventsource-parser";
