import { api, body } from '@/api/client'

/** Post types with their Chinese names. */
export async function postNames(): Promise<Record<string, string>> {
  return (await body(api.GET('/api/checklist/library/modules'))).posts
}
