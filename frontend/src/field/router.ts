import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { say } from '@/i18n'
import { moreTexts } from '@/i18n/field'
import { useMe } from './useMe'

declare module 'vue-router' {
  interface RouteMeta {
    /** Holds unsent work: an ended session does not close it. */
    holds?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: () => import('./pages/LoginPage.vue'), meta: { public: true, title: 'field.login.title' } },
  { path: '/l/:token', name: 'link', component: () => import('./pages/LinkPage.vue'), meta: { public: true, title: 'field.link.title' } },
  { path: '/o/:token', name: 'outside', component: () => import('./pages/OutsidePage.vue'), meta: { public: true, title: 'hazard.outside.page.title' } },
  { path: '/activate/:token?', name: 'activate', component: () => import('./pages/ActivatePage.vue'), meta: { public: true, title: 'activation.redeem.title' } },
  { path: '/join/:token', name: 'join', component: () => import('./pages/JoinPage.vue'), meta: { public: true, title: 'trainingCard.join', holds: true } },
  { path: '/newcomer/:token', name: 'newcomer', component: () => import('./pages/NewcomerPage.vue'), meta: { public: true, title: 'trainingCard.newcomer' } },
  { path: '/newcomer/:token/exam', name: 'newcomer-exam', component: () => import('./pages/NewcomerExamPage.vue'), meta: { public: true, title: 'exam.exam', holds: true } },
  { path: '/exams', name: 'exams', component: () => import('./pages/ExamsPage.vue'), meta: { title: 'exam.mine' } },
  { path: '/exams/:id(\\d+)', name: 'exam', component: () => import('./pages/ExamPage.vue'), meta: { title: 'exam.exam', holds: true } },
  { path: '/education', name: 'education', component: () => import('./pages/EducationPage.vue'), meta: { title: 'trainingCard.mine' } },
  { path: '/training-file', name: 'training-file', component: () => import('./pages/TrainingFilePage.vue'), meta: { title: 'trainingCard.myFile' } },
  { path: '/setup', name: 'setup', component: () => import('./pages/SetUpPage.vue'), meta: { title: 'activation.setUp.title' } },
  { path: '/', name: 'today', component: () => import('./pages/TodayPage.vue'), meta: { title: 'field.today.title' } },
  { path: '/scan', name: 'scan', component: () => import('./pages/ScanPage.vue'), meta: { title: 'field.scan.title' } },
  { path: '/p/:publicId', name: 'point', component: () => import('./pages/CheckPage.vue'), meta: { title: 'field.check.title', holds: true } },
  { path: '/tasks/:id', name: 'task', component: () => import('./pages/CheckPage.vue'), meta: { title: 'field.check.title', holds: true } },
  { path: '/drafts/:draft', name: 'draft', component: () => import('./pages/CheckPage.vue'), meta: { title: 'field.check.title', holds: true } },
  { path: '/snap', name: 'snap', component: () => import('./pages/SnapPage.vue'), meta: { title: 'field.snap.title', holds: true } },
  { path: '/hazards/:id', name: 'hazard', component: () => import('./pages/HazardPage.vue'), meta: { title: 'field.hazard.title' } },
  { path: '/hazards/:id/fix', name: 'fix', component: () => import('./pages/FixPage.vue'), meta: { title: 'field.fix.title', holds: true } },
  { path: '/permits', name: 'permits', component: () => import('./pages/PermitsPage.vue'), meta: { title: 'fieldPermit.title' } },
  { path: '/permits/new/:work', name: 'permit-new', component: () => import('./pages/PermitNewPage.vue'), meta: { title: 'fieldPermit.ask', holds: true } },
  { path: '/permits/:id(\\d+)', name: 'permit', component: () => import('./pages/PermitPage.vue'), meta: { title: 'fieldPermit.title' } },
  { path: '/permits/:id(\\d+)/:deed', name: 'permit-deed', component: () => import('./pages/DeedPage.vue'), meta: { title: 'fieldPermit.title', holds: true } },
  { path: '/reports/:id', name: 'report', component: () => import('./pages/ReportPage.vue'), meta: { title: 'field.report.title' } },
  { path: '/letters', name: 'letters', component: () => import('./pages/LettersPage.vue'), meta: { title: 'letter.mine' } },
  { path: '/letters/:id(\\d+)', name: 'letter', component: () => import('./pages/LetterPage.vue'), meta: { title: 'letter.title' } },
  { path: '/duty-tasks', name: 'duty-tasks', component: () => import('./pages/DutyTasksPage.vue'), meta: { title: 'performance.field.title' } },
  { path: '/duty-tasks/:id', name: 'duty', component: () => import('./pages/DutyPage.vue'), meta: { title: 'performance.task' } },
  { path: '/scores', name: 'scores', component: () => import('./pages/ScoresPage.vue'), meta: { title: 'performance.field.scores' } },
  { path: '/scores/:id', name: 'score', component: () => import('./pages/ScorePage.vue'), meta: { title: 'performance.assessment' } },
  { path: '/duties', name: 'duties', component: () => import('./pages/DutiesPage.vue'), meta: { title: 'responsibility.mine' } },
  { path: '/posters', name: 'posters', component: () => import('./pages/PostersPage.vue'), meta: { title: 'hazard.poster.title' } },
  { path: '/rewards', name: 'rewards', component: () => import('./pages/RewardsPage.vue'), meta: { title: 'reward.mine' } },
  { path: '/evaluations', name: 'evaluations', component: () => import('./pages/EvaluationsPage.vue'), meta: { title: 'standardization.field.title' } },
  { path: '/evaluations/:id(\\d+)', name: 'evaluate', component: () => import('./pages/EvaluatePage.vue'), meta: { title: 'standardization.field.title' } },
  { path: '/patrol', name: 'patrol', component: () => import('./pages/PatrolPage.vue'), meta: { title: 'patrol.field.title' } },
  { path: '/patrol/:company(\\d+)', name: 'patrol-visit', component: () => import('./pages/PatrolVisitPage.vue'), meta: { title: 'patrol.field.visit', holds: true } },
  { path: '/visits', name: 'visits', component: () => import('./pages/VisitsPage.vue'), meta: { title: 'visit.field.title' } },
  { path: '/visit/:id(\\d+)', name: 'visit', component: () => import('./pages/VisitPage.vue'), meta: { title: 'visit.field.detail', holds: true } },
  { path: '/visit/:id(\\d+)/finding', name: 'visit-finding', component: () => import('./pages/VisitFindingPage.vue'), meta: { title: 'visit.field.one', holds: true } },
  { path: '/handed-up', name: 'handed-up', component: () => import('./pages/HandedUpPage.vue'), meta: { title: 'patrol.field.mine' } },
  { path: '/expense', name: 'expense', component: () => import('./pages/ExpensePage.vue'), meta: { title: 'fundExpense.record', holds: true } },
  { path: '/certificates', name: 'certificates', component: () => import('./pages/CertificatesPage.vue'), meta: { title: 'certificate.field.mine' } },
  { path: '/certificate', name: 'certificate', component: () => import('./pages/CertificateFormPage.vue'), meta: { title: 'certificate.field.send', holds: true } },
  { path: '/training', name: 'training', component: () => import('./pages/TrainingPage.vue'), meta: { title: 'training.mine' } },
  { path: '/training/:id(\\d+)', name: 'training-run', component: () => import('./pages/TrainingRunPage.vue'), meta: { title: 'training.runIt', holds: true } },
  { path: '/train/:token', name: 'train', component: () => import('./pages/TrainPage.vue'), meta: { title: 'training.signIn' } },
  { path: '/queue', name: 'queue', component: () => import('./pages/QueuePage.vue'), meta: { title: 'field.queue.title' } },
  { path: '/inbox', name: 'inbox', component: () => import('./pages/InboxPage.vue'), meta: { title: 'field.inbox.title' } },
  { path: '/reminders', name: 'reminders', component: () => import('./pages/RemindersPage.vue'), meta: { title: 'noticeChannel.mine' } },
  { path: '/switched-off/:page', name: 'switched-off', component: () => import('./pages/SwitchedOffPage.vue'), meta: { title: 'shell.switchedOff' } },
  { path: '/me', name: 'me', component: () => import('./pages/MePage.vue'), meta: { title: 'field.me.title' } },
  { path: '/:rest(.*)*', redirect: '/' },
]

/** The phone pages, all below /field/. */
export const router = createRouter({
  history: createWebHistory('/field/'),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  if (to.meta.public || useMe().me) return true
  if (await useMe().load()) {
    // A second factor that is required is set up on the desk's page.
    if (useMe().me?.mustEnrol && navigator.onLine) location.assign('/account/totp')
    return true
  }
  return { name: 'login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
})

router.beforeEach((to) => (to.meta.public || !useMe().hides(to.name) ? true : { name: 'switched-off', params: { page: String(to.name) }, query: { to: to.fullPath } }))

// The pages that open first name no texts but those that came along.
const FIRST = new Set(['login', 'today', 'point', 'task', 'draft'])

router.beforeResolve(async (to) => {
  if (!FIRST.has(String(to.name))) await moreTexts()
})

router.afterEach((to) => {
  document.title = `${say(to.meta.title ?? 'field.title')} · ${say('field.brand')}`
})

const RELOADED = 'anbiao.field.reloaded'

// After an upgrade an open page asks for chunks that are gone: load it anew, once. Drafts lie in IndexedDB.
router.onError((error: unknown, to) => {
  const gone = error instanceof Error && /dynamically imported module|Importing a module script failed|preload CSS/i.test(error.message)
  if (!gone || !navigator.onLine || sessionStorage.getItem(RELOADED) === to.fullPath) return
  sessionStorage.setItem(RELOADED, to.fullPath)
  location.assign(`/field${to.fullPath}`)
})
