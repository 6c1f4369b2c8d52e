import { computed, ref } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import { progress } from './core/check'
import { known, type Known } from './core/kept'
import { readHazardWork, readMonth, readMyCertificates, readMyLetters, readPendingReports, readWork, unread, type Certificate, type HazardWork, type Month, type ReportRow, type Task, type Work } from './server'
import { fetchAhead, pointsOf } from './useForms'
import { useMe } from './useMe'
import { useQueue } from './useQueue'

/** How many points of today's tasks are fetched ahead, so that their checks open without network. */
const AHEAD = 12

/** Everything the first screen shows; each part loads and fails for itself. */
export function useToday() {
  const me = useMe()
  const queue = useQueue()
  const work = ref<Work>()
  const hazards = ref<HazardWork>()
  const certificates = ref<Certificate[]>([])
  const reports = ref<ReportRow[]>([])
  const letters = ref(0)
  const month = ref<Month>()
  const notices = ref(0)
  const loading = ref(false)
  const sizes = ref<Record<string, number>>({})
  const problem = ref<Problem>()
  const oldest = ref('')

  async function part<T>(name: string, permitted: boolean, read: () => Promise<T>, take: (data: T) => void): Promise<void> {
    if (!permitted) return
    try {
      const answer: Known<T> = await known(me.keyOf(name), read)
      take(answer.data)
      if (answer.old && (!oldest.value || answer.at < oldest.value)) oldest.value = answer.at
    } catch (error) {
      problem.value ??= asProblem(error)
    }
  }

  async function load(): Promise<void> {
    loading.value = true
    problem.value = undefined
    oldest.value = ''
    await Promise.all([
      part('work', me.can('inspection.work.read'), readWork, (data) => (work.value = data)),
      part('hazards', me.can('hazard.work.list'), readHazardWork, (data) => (hazards.value = data)),
      part('certificates', me.can('certificate.mine.list'), readMyCertificates, (data) => (certificates.value = data.filter(({ nextDueOn }) => nextDueOn).slice(0, 3))),
      part('reports', me.can('selfreport.report.sign'), readPendingReports, (data) => (reports.value = data.filter(({ state }) => state === 'draft' || state === 'signed'))),
      part('letters', me.can('letter.letter.sign'), readMyLetters, (data) => (letters.value = data.toSign)),
      part('month', me.can('activation.month.read'), readMonth, (data) => (month.value = data)),
      part('unread', me.can('notice.inbox.read'), unread, (data) => (notices.value = data)),
    ])
    loading.value = false
    void ahead()
  }

  // So that the check opens in the cellar too.
  async function ahead(): Promise<void> {
    for (const task of tasks.value.slice(0, AHEAD)) {
      let size = 0
      for (const point of pointsOf(task)) {
        const form = await fetchAhead(point)
        size += form ? form.asks.filter(({ code }) => !task.items.length || task.items.includes(code)).length : 0
      }
      if (size) sizes.value[task.id] = size
    }
  }

  /** Tasks still to do, overdue first. What is on its way to the server is not shown again. */
  const tasks = computed<Task[]>(() => {
    const leaving = new Set(queue.lines.map((line) => (line.content.kind === 'check' && (line.state === 'waiting' || line.state === 'sent') ? line.content.taskId : '')))
    const soonest = (a: Task, b: Task): number => a.dueOn.localeCompare(b.dueOn) || a.shift.localeCompare(b.shift) || a.pointName.localeCompare(b.pointName)
    return [...(work.value?.overdue ?? []), ...(work.value?.today ?? [])].filter((task) => !leaving.has(task.id)).sort(soonest)
  })

  /** The tasks without a micro firm's monthly list, which has a card of its own. */
  const listed = computed(() => tasks.value.filter(({ id }) => !month.value?.light || id !== month.value.taskId))

  /** How far begun checks have come, by task. */
  const begun = computed(() => {
    const found: Record<string, { done: number; total: number }> = {}
    for (const { state, content, photos } of queue.lines) {
      if (state !== 'draft' || content.kind !== 'check' || !content.taskId) continue
      const counts: Record<string, number> = {}
      for (const { slot } of photos) counts[slot] = (counts[slot] ?? 0) + 1
      const { done, total } = progress(content, counts)
      found[content.taskId] = { done, total }
    }
    return found
  })

  /** Drafts that belong to no task of the list. */
  const drafts = computed(() => {
    const shown = new Set(tasks.value.map((task) => task.id))
    return queue.lines.filter(({ state, content }) => state === 'draft' && (content.kind !== 'check' || !shown.has(content.taskId)))
  })

  /** The company's late hazards for who assigns them; one's own are in the list to fix already. */
  const late = computed(() => {
    const mine = new Set(hazards.value?.toFix.items.map(({ id }) => id))
    return (hazards.value?.overdue.items ?? []).filter(({ id }) => !mine.has(id)).slice(0, 3)
  })

  void load()
  return { work, hazards, certificates, reports, letters, month, notices, loading, problem, oldest, tasks, listed, begun, drafts, late, sizes, load }
}
