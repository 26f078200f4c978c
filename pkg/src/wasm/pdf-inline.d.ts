// Stands in for the script of the same name that the build makes: deflated wasm in base64.
declare const text: string;
export default text;
