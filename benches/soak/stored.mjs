// Runs in the page. What the origin has stored, counted without the package: records in all
// databases, files in the private file system.

export async function stored() {
  let records = 0;
  for (const { name } of await indexedDB.databases()) records += await recordsOf(name);
  return { records, files: await filesIn(await navigator.storage.getDirectory()) };
}

/** The parts of a stored library. */
export async function partsOf(name) {
  return recordsOf(`${name}-library`, (store) => store === "parts");
}

async function recordsOf(name, wanted = () => true) {
  const database = await settled(indexedDB.open(name));
  try {
    const stores = [...database.objectStoreNames].filter(wanted);
    if (stores.length === 0) return 0;
    const transaction = database.transaction(stores);
    const counts = await Promise.all(stores.map((store) => settled(transaction.objectStore(store).count())));
    return counts.reduce((sum, count) => sum + count, 0);
  } finally {
    database.close();
  }
}

async function filesIn(folder) {
  let count = 0;
  for await (const entry of folder.values()) count += entry.kind === "directory" ? await filesIn(entry) : 1;
  return count;
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
