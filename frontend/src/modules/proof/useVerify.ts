import { ref } from 'vue'
import { sha256 } from '@/field/core/hash'

export type Compared = 'original' | 'display' | 'differs'

/** What a file is, by its hash, against what was proven of a photo. */
export function compare(hash: string, proof: { sha256: string; displaySha256: string }): Compared {
  if (hash === proof.sha256) return 'original'
  return hash === proof.displaySha256 ? 'display' : 'differs'
}

/** Groups a typed code as it is printed: 7K2M-9QXR-4TBD. Letters that look like digits become them. */
export function groupCode(typed: string): string {
  const signs = typed.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1').replace(/[^0-9A-Z]/g, '').slice(0, 12)
  return signs.replace(/(.{4})(?=.)/g, '$1-')
}

/** Hashes a file in the browser; nothing of it is sent anywhere. */
export function useCompare(): { busy: typeof busy; hash: typeof hash; name: typeof name; read: typeof read; clear: typeof clear } {
  const busy = ref(false)
  const hash = ref('')
  const name = ref('')

  async function read(file: File): Promise<void> {
    busy.value = true
    try {
      hash.value = await sha256(await file.arrayBuffer())
      name.value = file.name
    } finally {
      busy.value = false
    }
  }

  function clear(): void {
    hash.value = ''
    name.value = ''
  }
  return { busy, hash, name, read, clear }
}
