// What becomes dist/vendor/temml/temml.js: from the source, since the module in its dist brings
// chemistry along.
import temml from "temml/temml.js";

/** TeX as a tree, whose nodes make themselves into DOM nodes. */
export const toTree = temml.__renderToMathMLTree;
