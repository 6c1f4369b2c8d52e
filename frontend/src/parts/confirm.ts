import { ElMessageBox } from 'element-plus'
import { say } from '@/i18n'

export interface Question {
  title: string
  text: string
  /** The button that does it; names the deed ("删除", "提交"), never "OK". */
  deed: string
  danger?: boolean
}

/** Asks before something that cannot simply be undone. True only for an explicit yes. */
export async function confirm(question: Question): Promise<boolean> {
  try {
    await ElMessageBox.confirm(question.text, question.title, {
      confirmButtonText: question.deed,
      cancelButtonText: say('parts.cancel'),
      type: question.danger ? 'warning' : 'info',
      confirmButtonClass: question.danger ? 'el-button--danger' : '',
      autofocus: false,
      closeOnClickModal: false,
    })
    return true
  } catch {
    return false
  }
}

/** Asks for the reason of a deed (驳回, 退回, 撤销). Undefined when given up; never an empty text. */
export async function reason(question: Question & { hint: string }): Promise<string | undefined> {
  try {
    const answer = await ElMessageBox.prompt(question.text, question.title, {
      confirmButtonText: question.deed,
      cancelButtonText: say('parts.cancel'),
      inputType: 'textarea',
      inputPlaceholder: question.hint,
      inputValidator: (value: string | null) => (value ?? '').trim() !== '' || say('parts.required'),
      confirmButtonClass: question.danger ? 'el-button--danger' : '',
      closeOnClickModal: false,
    })
    return 'value' in answer ? String(answer.value).trim() : undefined
  } catch {
    return undefined
  }
}
