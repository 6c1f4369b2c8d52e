// The texts of the phone: those its pages name, and of these first what the first pages do, because they load over a bad
// network.
import { add, take, type Messages } from '.'

take(
  import.meta.glob<Messages>('./zh-CN/{account,activation,certificate,checklist,due,fault,field,fieldPermit,fund,hazard,inspection,letter,notice,parts,patrol,permit,proof,queue,responsibility,role,selfreport,shell,standardization,transport,visit}.json', { eager: true, import: 'default' }),
  import.meta.glob<Messages>('./en/{account,activation,certificate,checklist,due,exam,fault,field,fieldPermit,fund,fundExpense,hazard,inspection,letter,notice,noticeChannel,parts,patrol,performance,permit,proof,queue,responsibility,reward,role,selfreport,shell,standardization,training,trainingCard,transport,visit}.json', { import: 'default' }),
)

const later = import.meta.glob<Messages>('./zh-CN/{exam,fundExpense,noticeChannel,performance,reward,training,trainingCard}.json', { import: 'default' })

let loading: Promise<void> | undefined

/** Loads the texts of all other pages. Errors: the network's; it may be asked for again. */
export function moreTexts(): Promise<void> {
  loading ??= Promise.all(Object.entries(later).map(async ([path, load]) => add(path, await load()))).then(
    () => undefined,
    (error: unknown) => {
      loading = undefined
      throw error
    },
  )
  return loading
}
