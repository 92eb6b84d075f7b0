/** Keys of earlier versions, by the object that they stand in. They are read as what they are called now. */
const renamed = [{ parent: 'source', was: 'ways', is: 'methods' }] as const;

/** A config with the present names of its keys, and a sentence for each former one. Where both stand, nothing is guessed. */
export function withPresentKeys(raw: unknown): { readonly raw: unknown; readonly warnings: readonly string[] } {
  if (!isRecord(raw)) return { raw, warnings: [] };
  const present = { ...raw };
  const warnings: string[] = [];
  for (const { parent, was, is } of renamed) {
    const section = present[parent];
    if (!isRecord(section) || !(was in section) || is in section) continue;
    const { [was]: value, ...others } = section;
    present[parent] = { ...others, [is]: value };
    warnings.push(`${parent}.${was} is called ${parent}.${is} now; rename the key in migration.json.`);
  }
  return { raw: present, warnings };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
