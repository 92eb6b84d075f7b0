import type { PageName } from './refusals.ts';

/** The words of a page: what is wrong, and what to do. No internals. */
export type PageText = {
  readonly title: string;
  readonly what: string;
  readonly todo: string;
  /** What the link on the page says, where there is one. */
  readonly link?: string;
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
      todo: 'Try once more. If it happens again, let your browser accept cookies for this site.',
      link: 'Try again',
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
    },
    storage: {
      title: 'The file store is not available',
      what: 'The document exists and is safe, but its file cannot be opened right now.',
      todo: `Try again in a few minutes. If it goes on, tell ${contact}.`,
    },
    closed: {
      title: 'Documents are closed for a short while',
      what: 'Documents cannot be opened while work is being done on them.',
      todo: 'Nothing is lost. Try again later.',
    },
  };
}
