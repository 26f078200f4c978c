// The style sheets of styles/, as scripts/styles.mjs turns them into modules: no policy forbids
// sheets that are constructed from text.

declare module "*.css.js" {
  const text: string;
  export default text;
}
