/* global document, location */
import '@lwc/synthetic-shadow';
import { createElement } from 'lwc';
import FileMigrationDocument from 'c/fileMigrationDocument';
import FileMigrationStatus from 'c/fileMigrationStatus';

const [, page, recordId] = location.pathname.split('/');
const element =
  page === 'document'
    ? Object.assign(createElement('c-file-migration-document', { is: FileMigrationDocument }), { recordId })
    : createElement('c-file-migration-status', { is: FileMigrationStatus });
document.querySelector('main').append(element);
