/**
 * Options as they were given. A fault in another script of a page may put fields on all objects
 * (prototype pollution); read from these, an endpoint or a header would come from somebody else.
 */

/** A copy that has what the object itself has, and inherits nothing. */
export function own<T extends object>(given: T): T {
  return Object.assign(Object.create(null) as T, given);
}
