import { REDIRECT_PROOF_PERMISSION } from '@file-migration/config';
import type { PageName } from './refusals.ts';

/** The words of a page: what is wrong, and what to do. No internals. */
export type PageText = {
  readonly title: string;
  readonly what: string;
  readonly todo: string;
  /** What the link on the page says, where there is one. */
  readonly link?: string;
  /** What the button on the page says, where there is one. */
  readonly button?: string;
};

/** @param contact whom to ask, as it reads after "ask" */
export function pageTexts(contact: string): Readonly<Record<PageName, PageText>> {
  return {
    'bad-link': {
      title: 'This link is not complete',
      what: 'The address of this page does not name a document.',
      todo: 'Open the document from its record in Salesforce, or copy the whole link once more.',
    },
    'not-found': {
      title: 'Document not found',
      what: 'This document does not exist, or you do not have access to it.',
      todo: `If you think that you should see it, ask ${contact} to share its record with you.`,
    },
    'sign-in-needed': {
      title: 'Please sign in',
      what: 'This document opens for people who are signed in to Salesforce.',
      todo: 'Open it in a tab of its own to sign in.',
      link: 'Open the document in a new tab',
    },
    'sign-in-failed': {
      title: 'Signing in did not work',
      what: 'Salesforce sent you back, but this browser did not begin the sign-in, or it took too long.',
      todo: 'Open the document again. If this page comes back, let your browser accept cookies for this site.',
      link: 'Open the document again',
    },
    'session-not-kept': {
      title: 'Your browser did not stay signed in',
      what: 'Signing in worked, but your browser did not keep the cookie that says so.',
      todo: 'Let your browser accept cookies for this site, then open the document again.',
      link: 'Open the document again',
    },
    'no-access': {
      title: 'You cannot open documents yet',
      what: 'Your Salesforce user has no access to the documents app.',
      todo: `Ask ${contact} to give you the permission set “File Migration User” (File_Migration_User).`,
    },
    'too-many': {
      title: 'Too many documents at once',
      what: 'More documents were opened from here than is usual for one person.',
      todo: 'Wait a minute, then open the document again.',
    },
    busy: {
      title: 'Please try again in a moment',
      what: 'Salesforce could not be asked whether you have access to this document.',
      todo: 'Wait half a minute, then open the document again. Nothing is lost.',
      link: 'Open the document again',
    },
    'out-of-order': {
      title: 'Documents cannot be opened right now',
      what: 'The service that opens documents needs its administrator. Your documents are safe.',
      todo: `Tell ${contact}, and try again later.`,
      link: 'Open the document again',
    },
    storage: {
      title: 'The file store is not available',
      what: 'The document exists and is safe, but its file cannot be opened right now.',
      todo: `Try again in a few minutes. If it goes on, tell ${contact}.`,
      link: 'Open the document again',
    },
    closed: {
      title: 'Documents are closed for a short while',
      what: 'Documents cannot be opened while work is being done on them.',
      todo: 'Nothing is lost. Try again later.',
    },
    'not-migrator': {
      title: 'This address is for the migration',
      what: 'It answers a user of the migration, and your user is none.',
      todo: `Ask as a user with the custom permission ${REDIRECT_PROOF_PERMISSION} (permission set File_Migration_Integration).`,
    },
    'sign-out': {
      title: 'Sign out of documents',
      what: 'Documents open for whoever is signed in here.',
      todo: 'When you share this computer, sign out here and in Salesforce.',
      button: 'Sign out',
    },
    'signed-out': {
      title: 'You are signed out',
      what: 'Documents do not open from this browser any more until somebody signs in.',
      todo: 'Sign out of Salesforce too: whoever is signed in there is signed in here at the next click.',
    },
  };
}
