import type { DocumentId } from '@file-migration/config';
import type { AccountableDocument, CertificationReader } from '../catalog/certification.ts';
import type { ParseOurLink } from '../catalog/our-links.ts';
import type { OrgDocument } from '../model/document.ts';
import type { Org } from '../org/port.ts';

/** What reading every record of the org showed. */
export type OrgPass = {
  records: number;
  /** Our link for the record's own id. */
  ours: number;
  /** No URL at all. */
  empty: number;
  /** A URL of a host that is not the vendor's, as configured. */
  elsewhere: number;
  /** Still the vendor's URL, and a decision says that there is no file to be had. */
  decided: number;
  /** Still the vendor's URL. */
  vendor: number;
  /** Our link for another record. */
  foreign: number;
  /** Records that the catalog does not know, or holds for deleted. */
  unknown: number;
  /** The first of those that stand in the way, each as `id: what`. */
  readonly examples: string[];
};

export type OrgPassRequest = {
  readonly parseOurLink: ParseOurLink;
  readonly otherHosts: readonly string[];
  /** Whether a decision accounts for a document as it is. */
  readonly isDecided: (document: AccountableDocument) => boolean;
  /** Called after each page. */
  readonly onRead?: (records: number) => void;
};

const mostExamples = 5;
const idsAtOnce = 500;

/** Reads every record of the org, live and streamed, and where its URL leads. */
export async function readOrg(
  org: Pick<Org, 'queryDocuments'>,
  catalog: CertificationReader,
  request: OrgPassRequest,
): Promise<OrgPass> {
  const pass: OrgPass = {
    records: 0,
    ours: 0,
    empty: 0,
    elsewhere: 0,
    decided: 0,
    vendor: 0,
    foreign: 0,
    unknown: 0,
    examples: [],
  };
  // a page that breaks is read again, so that rows of one page may come twice; a page has 50,000 rows
  const ofThisPage = new Set<DocumentId>();
  let locator: string | undefined;
  for await (const { documents, position } of org.queryDocuments({})) {
    const fresh = documents.filter(({ id }) => !ofThisPage.has(id));
    for (let from = 0; from < fresh.length; from += idsAtOnce) {
      const some = fresh.slice(from, from + idsAtOnce);
      const known = await catalog.accountableByIds(some.map(({ id }) => id));
      const byId = new Map(known.map((document) => [document.id, document]));
      for (const document of some) tally(pass, document, byId.get(document.id), request);
    }
    if (position.locator === locator) for (const { id } of fresh) ofThisPage.add(id);
    else ofThisPage.clear();
    locator = position.locator;
    request.onRead?.(pass.records);
  }
  return pass;
}

function tally(
  pass: OrgPass,
  { id, url }: OrgDocument,
  known: AccountableDocument | undefined,
  { parseOurLink, otherHosts, isDecided }: OrgPassRequest,
): void {
  pass.records += 1;
  if (known === undefined || known.state === 'deleted') {
    pass.unknown += 1;
    example(pass, id, 'not in the catalog');
  }
  if (url === '') {
    pass.empty += 1;
    return;
  }
  const opened = parseOurLink(url);
  if (opened === id) {
    pass.ours += 1;
  } else if (opened !== undefined) {
    pass.foreign += 1;
    example(pass, id, 'a link of ours for another record');
  } else if (otherHosts.includes(URL.parse(url)?.host ?? '')) {
    pass.elsewhere += 1;
  } else if (known !== undefined && isDecided(known)) {
    pass.decided += 1;
  } else {
    pass.vendor += 1;
    example(pass, id, URL.parse(url)?.host ?? 'a URL that cannot be read');
  }
}

function example({ examples }: OrgPass, id: DocumentId, what: string): void {
  if (examples.length < mostExamples) examples.push(`${id}: ${what}`);
}
