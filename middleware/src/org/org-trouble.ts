import { nameOf } from '../operations/errors.ts';
import { OrgAddressError } from './org-client.ts';

/** The org gave no clear answer. `org-moved`: it is not where the service was told; `org-trouble` passes by itself. */
export type OrgTrouble = { readonly kind: 'org-trouble' | 'org-moved'; readonly detail: string };

/** What an error on the way to the org means, in an operator's words. */
export function troubleOf(error: unknown): OrgTrouble {
  const moved = [error, error instanceof Error ? error.cause : undefined].some((one) => one instanceof OrgAddressError);
  return { kind: moved ? 'org-moved' : 'org-trouble', detail: nameOf(error) };
}
