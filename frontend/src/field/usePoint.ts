import { asProblem } from '@/api/problem'
import { packedForm } from './core/kept'
import { shelf } from './core/shelf'
import { scan, type Form } from './server'
import { useMe } from './useMe'

/** The label id of the point with a printed number; without network among the points this phone knows. */
export async function pointByNumber(number: string): Promise<string> {
  const me = useMe()
  try {
    const form = await scan({ number })
    await shelf.kept.put({ key: me.keyOf(`form:${form.point.publicId}`), at: new Date().toISOString(), data: JSON.parse(JSON.stringify(form)) })
    return form.point.publicId
  } catch (error) {
    if (asProblem(error).status !== 0) throw error
    const copies = await shelf.kept.where('key').startsWith(me.keyOf('form:')).toArray()
    const found = copies.map((copy) => copy.data as Form).find(({ point }) => Number(point.number) === Number(number)) ?? (await packedForm(me.keyOf('pack'), number))
    if (!found) throw error
    return found.point.publicId
  }
}
