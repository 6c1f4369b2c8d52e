import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router'
import { ApiError } from '@/api/problem'
import { say } from '@/i18n'
import { routes as accident } from '@/modules/accident/routes'
import { routes as account, publicRoutes as accountPublic } from '@/modules/account/routes'
import { routes as activation } from '@/modules/activation/routes'
import { routes as archive } from '@/modules/archive/routes'
import { routes as audit } from '@/modules/audit/routes'
import { routes as certificate } from '@/modules/certificate/routes'
import { routes as checklist } from '@/modules/checklist/routes'
import { routes as company } from '@/modules/company/routes'
import { routes as contractor } from '@/modules/contractor/routes'
import { routes as deadline } from '@/modules/deadline/routes'
import { routes as due } from '@/modules/due/routes'
import { routes as emergency } from '@/modules/emergency/routes'
import { routes as equipment } from '@/modules/equipment/routes'
import { routes as hazard } from '@/modules/hazard/routes'
import { routes as inspection } from '@/modules/inspection/routes'
import { routes as letter } from '@/modules/letter/routes'
import { routes as listing, publicRoutes as listingPublic } from '@/modules/listing/routes'
import { routes as meeting } from '@/modules/meeting/routes'
import { routes as notice } from '@/modules/notice/routes'
import { routes as noticeOffice } from '@/modules/notice/officeRoutes'
import { routes as oversight } from '@/modules/oversight/routes'
import { routes as performance } from '@/modules/performance/routes'
import { boardRoutes, routes as permit } from '@/modules/permit/routes'
import { routes as proof, publicRoutes as proofPublic } from '@/modules/proof/routes'
import { routes as protection } from '@/modules/protection/routes'
import { routes as queue } from '@/modules/queue/routes'
import { routes as responsibility } from '@/modules/responsibility/routes'
import { routes as reward } from '@/modules/reward/routes'
import { routes as risk } from '@/modules/risk/routes'
import { routes as selfreport } from '@/modules/selfreport/routes'
import { routes as staff } from '@/modules/staff/routes'
import { routes as award, publicRoutes as awardPublic } from '@/modules/award/routes'
import { routes as division } from '@/modules/division/routes'
import { routes as dossier } from '@/modules/dossier/routes'
import { routes as penalty } from '@/modules/penalty/routes'
import { routes as patrol } from '@/modules/patrol/routes'
import { routes as visit } from '@/modules/visit/routes'
import { routes as instrument } from '@/modules/instrument/routes'
import { routes as programme, publicRoutes as programmePublic } from '@/modules/programme/routes'
import { routes as enrolment } from '@/modules/enrolment/routes'
import { routes as exam } from '@/modules/exam/routes'
import { routes as feature } from '@/modules/feature/routes'
import { routes as fund } from '@/modules/fund/routes'
import { routes as grading, publicRoutes as gradingPublic } from '@/modules/grading/routes'
import { routes as livescore } from '@/modules/livescore/routes'
import { routes as rubric } from '@/modules/rubric/routes'
import { routes as standardization } from '@/modules/standardization/routes'
import { routes as training } from '@/modules/training/routes'
import { routes as trainingCards, publicRoutes as trainingPublic } from '@/modules/training/cardRoutes'
import { routes as transfer } from '@/modules/transfer/routes'
import { routes as upload } from '@/modules/upload/routes'
import { useSession } from '@/shell/session'

/** Pages inside the shell, module by module. */
const inside: RouteRecordRaw[] = [
  {
    path: '/',
    name: 'home',
    component: () => import('@/shell/HomePage.vue'),
    meta: { title: 'shell.home', menu: { group: 'home', order: 0 } },
  },
  ...oversight, ...division, ...activation, ...company, ...archive, ...staff, ...responsibility, ...performance, ...checklist, ...inspection, ...proof,
  ...hazard, ...listing, ...due, ...deadline, ...permit, ...reward, ...risk, ...equipment, ...emergency,
  ...rubric, ...standardization, ...livescore, ...grading, ...award, ...enrolment,
  ...dossier, ...penalty, ...patrol, ...visit, ...instrument, ...programme,
  ...training, ...trainingCards, ...exam, ...fund, ...meeting, ...protection, ...accident, ...contractor,
  ...selfreport, ...certificate, ...letter, ...transfer, ...upload, ...notice, ...noticeOffice, ...audit, ...queue, ...feature, ...account,
  { path: '/forbidden', name: 'forbidden', component: () => import('@/shell/ForbiddenPage.vue'), meta: { title: 'shell.forbidden' } },
  { path: '/switched-off/:page', name: 'switched-off', component: () => import('@/shell/SwitchedOffPage.vue'), meta: { title: 'shell.switchedOff' } },
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('@/shell/NotFoundPage.vue'), meta: { title: 'shell.notFound' } },
]

export const router = createRouter({
  history: createWebHistory('/'),
  routes: [...accountPublic, ...proofPublic, ...listingPublic, ...gradingPublic, ...trainingPublic, ...awardPublic, ...programmePublic, ...boardRoutes, { path: '/', component: () => import('@/shell/DeskLayout.vue'), children: inside }],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

async function known(): Promise<boolean> {
  const session = useSession()
  if (session.me) return true
  try {
    await session.load()
    return true
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) return false
    throw error
  }
}

router.beforeEach(async (to: RouteLocationNormalized) => {
  if (to.meta.public) return true
  if (!(await known())) return { name: 'login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  const session = useSession()
  // A password that somebody else has set is changed first.
  if (session.me?.person.mustChange && to.name !== 'account.password') return { name: 'account.password' }
  // Who must have a second factor does nothing before it is on.
  if (session.me?.mustEnrol && to.name !== 'account.totp' && to.name !== 'account.password') return { name: 'account.totp' }
  if (session.hides(to.name)) return { name: 'switched-off', params: { page: String(to.name) }, query: { to: to.fullPath } }
  if (!session.can(to.meta.action)) return { name: 'forbidden' }
  return true
})

router.afterEach((to) => {
  document.title = to.meta.title ? `${say(to.meta.title)} · ${say('shell.brand')}` : say('shell.brand')
})

const RELOADED = 'anbiao.reloaded'

// After an upgrade an open tab asks for chunks that are gone: load the new page once, then give up visibly.
router.onError((error: unknown, to) => {
  const gone = error instanceof Error && /dynamically imported module|Importing a module script failed|preload CSS/i.test(error.message)
  if (!gone || sessionStorage.getItem(RELOADED) === to.fullPath) return
  sessionStorage.setItem(RELOADED, to.fullPath)
  location.assign(to.fullPath)
})
