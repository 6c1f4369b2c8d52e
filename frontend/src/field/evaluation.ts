import { api, body, keyed, type Schema } from '@/api/client'

// What the pages about one's items of a self evaluation ask of the server.

export type Sheet = Schema<'StandardizationSheetView'>
export type Item = Schema<'StandardizationItemView'>
export type Found = Schema<'StandardizationFound'>

/** Evaluations under way in which items are one's own to answer. */
export function readMyEvaluations() {
  return body(api.GET('/api/standardization/mine'))
}

export function readEvaluation(id: string): Promise<Sheet> {
  return body(api.GET('/api/standardization/evaluations/{id}', { params: { path: { id } } }))
}

export function answerItem(id: string, item: Item, state: 'scored' | 'na' | 'open', reason: string, key: string): Promise<unknown> {
  return body(api.PUT('/api/standardization/evaluations/{id}/items/{code}', { params: { path: { id, code: item.code } }, body: { state, reason, note: item.note, version: item.version }, ...keyed(key) }))
}

export function addFinding(id: string, found: Found, key: string): Promise<unknown> {
  return body(api.POST('/api/standardization/evaluations/{id}/findings', { params: { path: { id } }, body: found, ...keyed(key) }))
}

/** Reports that hang inside the firm today. */
export function readPosted() {
  return body(api.GET('/api/standardization/posted'))
}
