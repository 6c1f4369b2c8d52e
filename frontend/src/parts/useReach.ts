import { useRouter } from 'vue-router'
import { useSession } from '@/shell/session'

/** Tells whether a link leads somewhere for the reader: the page exists and he may open it. */
export function useReach(): (path: string) => boolean {
  const router = useRouter()
  const session = useSession()
  return (path) => {
    if (!path) return false
    const found = router.resolve(path)
    return found.matched.length > 0 && found.name !== 'not-found' && session.can(found.meta.action)
  }
}
