// The bill of materials: what the package contains of others, for programs that look for
// vulnerable or unwanted parts. CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/; without a date
// and a serial number, so that the same sources give the same bytes.

/** `crates` as cargo tells them, `libraries` as their package.json; both in the order to list. */
export function bill({ name, version, license }, crates, libraries) {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "library", name, version, purl: purl("npm", name, version), licenses: [{ expression: license }] } },
    components: [...crates.map((crate) => component("cargo", crate)), ...libraries.map((library) => component("npm", library))],
  };
}

function component(type, { name, version, license }) {
  // Old manifests part alternatives by a slash.
  return { type: "library", name, version, purl: purl(type, name, version), licenses: [{ expression: license.replaceAll("/", " OR ") }] };
}

/** https://github.com/package-url/purl-spec: the "@" of a scope is encoded, its "/" is not. */
function purl(type, name, version) {
  return `pkg:${type}/${name.replace("@", "%40")}@${version}`;
}
