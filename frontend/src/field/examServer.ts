import { api, body, keyed, newKey } from '@/api/client'

// What the phone asks of exams, education cards and newcomers.
export type Sitting = Awaited<ReturnType<typeof openExam>>
export type Asked = Sitting['questions'][number]
export type Kept = Awaited<ReturnType<typeof saveExam>>
export type Desk = Awaited<ReturnType<typeof readExams>>
export type EducationCard = Awaited<ReturnType<typeof readCards>>[number]
export type Lobby = Awaited<ReturnType<typeof lookAtJoin>>
export type JoinProgress = Awaited<ReturnType<typeof readProgress>>
export type TrainingFile = Awaited<ReturnType<typeof readFile>>
export type Given = { n: number; choice: number[] }
export interface Sheet { answers: Given[]; awaySeconds?: number }

/** How the pages of an exam reach the server: signed in, or by a newcomer's link. */
export interface ExamDesk {
  open(): Promise<Sitting>
  save(sheet: Sheet): Promise<Kept>
  hand(sheet: Sheet): Promise<Sitting>
}

export function readExams() {
  return body(api.GET('/api/exam/mine'))
}

/** Begins an exam or resumes the running one; answers its id. */
export async function startExam(start: { paperId: string; taskId?: string; purposeNoun?: string; purposeRef?: string }): Promise<string> {
  return (await body(api.POST('/api/exam/sittings', { body: start, ...keyed(newKey()) }))).id
}

export function openExam(id: string) {
  return body(api.GET('/api/exam/sittings/{id}', { params: { path: { id } } }))
}

export function saveExam(id: string, sheet: Sheet) {
  return body(api.PUT('/api/exam/sittings/{id}/answers', { params: { path: { id } }, body: sheet }))
}

/** The exam of somebody who is signed in. */
export function deskOf(id: string): ExamDesk {
  return {
    open: () => openExam(id),
    save: (sheet) => saveExam(id, sheet),
    hand: async (sheet) => {
      await api.POST('/api/exam/sittings/{id}/hand', { params: { path: { id } }, body: sheet, ...keyed(newKey()) })
      return openExam(id)
    },
  }
}

/** The exam behind a newcomer's link. */
export function deskByLink(token: string): ExamDesk {
  let sittingId = ''
  return {
    open: async () => {
      const sitting = sittingId
        ? await body(api.POST('/api/exam/bearer/open', { body: { token, sittingId } }))
        : await body(api.POST('/api/exam/bearer/start', { body: { token } }))
      sittingId = sitting.id
      return sitting
    },
    save: (sheet) => body(api.POST('/api/exam/bearer/answers', { body: { token, sittingId, ...sheet } })),
    hand: (sheet) => body(api.POST('/api/exam/bearer/hand', { body: { token, sittingId, ...sheet } })),
  }
}

export async function readCards() {
  return (await body(api.GET('/api/training/cards/mine'))).cards
}

export function signCard(id: string, strokes: string, key: string): Promise<unknown> {
  return api.POST('/api/training/cards/{id}/sign', { params: { path: { id } }, body: { strokes }, ...keyed(key) })
}

export function readFile() {
  return body(api.GET('/api/training/files/mine'))
}

export function lookAtJoin(token: string) {
  return body(api.POST('/api/training/join/look', { body: { token } }))
}

export interface Joining {
  token: string
  name: string
  phone: string
  identity?: string
  unitId?: string
  postName?: string
  joinedOn: string
  notice: string
  strokes: string
  photo?: string
}

/** Registers a newcomer; answers the token of his own link. */
export async function register(form: Joining): Promise<string> {
  return (await body(api.POST('/api/training/join/register', { body: form }))).token
}

export function readProgress(token: string) {
  return body(api.POST('/api/training/join/progress', { body: { token } }))
}

export function signByLink(token: string, strokes: string) {
  return body(api.POST('/api/training/join/sign', { body: { token, strokes } }))
}
