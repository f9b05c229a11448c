/**
 * YAML files of documents with `apiVersion` and `kind`, checked against a schema for each kind, mistakes named by line and
 * column. Bytes are limited, aliases and nesting too; opens no file.
 */
export { apiVersion, type CheckedDocument, type DocumentRules, readDocuments, shown } from './read-documents.ts';
