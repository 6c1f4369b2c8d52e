import type Dexie from 'dexie'
import type { DBCore } from 'dexie'
import { ref } from 'vue'

/** True since the phone refused to keep something for want of room, until it keeps something again. */
export const full = ref(false)

/** Bytes the browser would still keep; undefined where it does not say. */
export async function roomLeft(): Promise<number | undefined> {
  const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {}
  return quota === undefined || usage === undefined ? undefined : quota - usage
}

/** Whether an error means that there is no room. Browsers wrap it in the failure of a transaction. */
export function isFull(error: unknown): boolean {
  for (let cause = error as { name?: string; inner?: unknown } | undefined, deep = 0; cause && deep < 5; deep += 1) {
    if (cause.name === 'QuotaExceededError' || /quota|disk full|no space/i.test(String((cause as Error).message ?? ''))) return true
    cause = cause.inner as typeof cause
  }
  return false
}

/** Watches every write of a database: the pages show at once that the phone keeps nothing more, whoever wrote. */
export function watchRoom(db: Dexie): void {
  db.use({
    stack: 'dbcore',
    name: 'room',
    create: (below: DBCore) => ({
      ...below,
      table(name) {
        const table = below.table(name)
        return {
          ...table,
          async mutate(request) {
            try {
              const done = await table.mutate(request)
              const refused = Object.values(done.failures)
              if (refused.some(isFull)) full.value = true
              else if (request.type !== 'delete' && request.type !== 'deleteRange' && refused.length === 0) full.value = false
              return done
            } catch (error) {
              if (isFull(error)) full.value = true
              throw error
            }
          },
        }
      },
    }),
  })
}

/** Bytes as people read them: 0.4 MB, 12 KB. */
export function sizeText(bytes: number): string {
  if (bytes >= 1024 ** 3) return `${(bytes / 1024 ** 3).toFixed(1)} GB`
  return bytes >= 100 * 1024 ? `${(bytes / 1024 ** 2).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`
}
