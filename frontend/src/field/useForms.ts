import { shelf } from './core/shelf'
import { known } from './core/kept'
import { alike } from './core/pack'
import { readForm, readSuggestions, scan, type Form, type Pack, type Suggestions, type Task } from './server'
import { useMe } from './useMe'

/** The points of a task in the order they are walked. */
export function pointsOf(task: Pick<Task, 'route' | 'pointId' | 'publicId'>): { pointId: string; publicId: string }[] {
  return task.route.length ? task.route : [{ pointId: task.pointId, publicId: task.publicId }]
}

/** What is asked at a point of a task, and kept for when there is no network. */
export async function formAt({ pointId, publicId }: { pointId: string; publicId: string }): Promise<Form> {
  return (await known(useMe().keyOf(`form:${publicId}`), () => readForm(pointId))).data
}

/** What is asked at the points of a task, under one version of the standard. */
export async function formsOf(task: Parameters<typeof pointsOf>[0]): Promise<Form[]> {
  const forms = await Promise.all(pointsOf(task).map(formAt))
  const pack = await shelf.kept.get(useMe().keyOf('pack'))
  return alike(forms, pack?.data as Pack | undefined)
}

/** What is asked at the point of a label. */
export async function formOf(publicId: string): Promise<Form> {
  return (await known(useMe().keyOf(`form:${publicId}`), () => scan({ publicId }))).data
}

/** Who is proposed for what fails at a point; undefined where nobody ever said. */
export async function suggestionsAt(pointId: string): Promise<Suggestions | undefined> {
  const me = useMe()
  if (!me.can('inspection.check.submit')) return undefined
  return known(me.keyOf(`suggest:${pointId}`), () => readSuggestions(pointId)).then(({ data }) => data, () => undefined)
}

/** Fetches a point ahead, so that its check opens in the cellar too. Asks the server again only after some hours. */
export async function fetchAhead(point: { pointId: string; publicId: string }): Promise<Form | undefined> {
  const copy = await shelf.kept.get(useMe().keyOf(`form:${point.publicId}`))
  if (copy && Date.now() - Date.parse(copy.at) < 6 * 3_600_000) return copy.data as Form
  const form = await formAt(point).catch(() => undefined)
  if (form) await suggestionsAt(point.pointId)
  return form
}
