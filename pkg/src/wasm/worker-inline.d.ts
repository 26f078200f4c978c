// Stands in for the script of the same name that the build makes: the worker, bundled, as text.
declare const text: string;
export default text;
