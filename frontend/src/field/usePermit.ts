import { computed, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { formIn } from './core/pack'
import { known } from './core/kept'
import { shelf, type DeedContent } from './core/shelf'
import { readPermitForms, readPermitPeople, type FormPack, type PermitForm, type Person } from './permitServer'
import type { Pack } from './server'
import { useMe } from './useMe'
import { useQueue } from './useQueue'

/** How long people and their certificates count as fresh, milliseconds. */
const FRESH = 3_600_000

/** What each kind of work asks for, or the copy that the phone has. */
export async function permitForms(): Promise<FormPack> {
  return (await known(useMe().keyOf('permitForms'), readPermitForms)).data
}

/** Who may take part in a kind of work, or the copy that the phone has. */
export async function permitPeople(kind: string): Promise<Person[]> {
  return (await known(useMe().keyOf(`permitPeople:${kind}`), () => readPermitPeople(kind))).data
}

/** Takes along what writing a permit needs, so that it can be asked for in the cellar too. */
export async function permitsAhead(): Promise<void> {
  const me = useMe()
  if (!me.can('permit.form.read')) return
  const { forms } = await permitForms()
  if (!me.can('permit.ledger.request')) return
  for (const { kind } of forms) {
    const copy = await shelf.kept.get(me.keyOf(`permitPeople:${kind}`))
    if (!copy || Date.now() - Date.parse(copy.at) > FRESH) await permitPeople(kind)
  }
}

/** The check points that the phone took along. */
export async function packedPoints(): Promise<Pack['points'][number]['point'][]> {
  const pack = (await shelf.kept.get(useMe().keyOf('pack')))?.data as Pack | undefined
  return (pack?.points ?? []).map(({ point }) => point)
}

/** Whether a point has an explosive atmosphere (爆炸危险区域), as far as the phone knows. */
export async function explosiveAt(pointId: string | undefined): Promise<boolean> {
  const pack = pointId ? await shelf.kept.get(useMe().keyOf('pack')) : undefined
  return Boolean(pack && formIn(pack.data as Pack, ({ id }) => id === pointId)?.point.explosive)
}

/** The name of something that has one in each language. */
export function useNamed(): (named: { nameZh: string; nameEn: string } | undefined) => string {
  const { locale } = useI18n()
  return (named) => (locale.value === 'en' ? named?.nameEn : named?.nameZh) ?? ''
}

/** The form of a kind of work, once it is there. */
export function useForm(kind: () => string | undefined) {
  const pack = shallowRef<FormPack>()
  const form = computed<PermitForm | undefined>(() => pack.value?.forms.find((one) => one.kind === kind()))
  void permitForms().then((found) => (pack.value = found), () => undefined)
  return { pack, form }
}

/** What this phone has done with a permit and not sent yet, in order. */
export function useWaiting(permitId: () => string) {
  const queue = useQueue()
  return computed(() => queue.lines
    .filter(({ state, content }) => state === 'waiting' && content.kind === 'deed' && content.permitId === permitId())
    .sort((a, b) => (a.changedAt < b.changedAt ? -1 : 1))
    .map(({ content }) => content as DeedContent))
}
