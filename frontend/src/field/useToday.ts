import { computed, ref } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import { asked, progress } from './core/check'
import { known, type Known } from './core/kept'
import { online } from './core/net'
import { shelf } from './core/shelf'
import { readForm, readHazardWork, readMonth, readMyCertificates, readMyLetters, readPendingReports, readWork, unread, type Certificate, type Form, type HazardWork, type Month, type ReportRow, type Task, type Work } from './server'
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
      const key = me.keyOf(`form:${task.publicId}`)
      const copy = await shelf.kept.get(key)
      const fresh = copy && Date.now() - Date.parse(copy.at) < 6 * 3_600_000
      const form = fresh || !online.value ? (copy?.data as Form | undefined) : await known(key, () => readForm(task.pointId)).then(({ data }) => data, () => undefined)
      if (form) sizes.value[task.id] = task.items.length || form.asks.length
    }
  }

  /** Tasks still to do, overdue first. What is on its way to the server is not shown again. */
  const tasks = computed<Task[]>(() => {
    const leaving = new Set(queue.lines.map((line) => (line.content.kind === 'check' && (line.state === 'waiting' || line.state === 'sent') ? line.content.taskId : '')))
    return [...(work.value?.overdue ?? []), ...(work.value?.today ?? [])].filter((task) => !leaving.has(task.id))
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
      const { done } = progress(content, counts)
      found[content.taskId] = { done, total: asked(content).length }
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
