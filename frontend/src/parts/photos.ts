import type { Photo } from './PhotoStrip.vue'

/** Kept photos by their attachment ids; only who may see the thing they belong to gets them from the server. */
export function photosOf(ids: readonly string[]): Photo[] {
  return ids.map((id) => ({ id, address: `/api/attachment/files/${id}/content`, thumb: `/api/attachment/files/${id}/content?size=thumb` }))
}
