import { getCurrentScope, onScopeDispose, ref, type Ref } from 'vue'

/** True while the window has room for pinned columns. */
export function useWide(): Ref<boolean> {
  const media = typeof globalThis.matchMedia === 'function' ? globalThis.matchMedia('(min-width: 900px)') : undefined
  const wide = ref(media?.matches ?? true)
  const follow = (event: MediaQueryListEvent): void => {
    wide.value = event.matches
  }
  media?.addEventListener('change', follow)
  if (getCurrentScope()) onScopeDispose(() => media?.removeEventListener('change', follow))
  return wide
}
