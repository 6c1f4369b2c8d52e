// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-dWELifoE.css","/assets/ActivatePage-lQZE7x-T.js","/assets/BeforeAfter-CMHPVbbR.js","/assets/BeforeAfter-WudP9clS.css","/assets/CertificateCard-DF2pOXCH.js","/assets/CheckPage-BmjjnvpI.js","/assets/CheckPage-T0hS-mho.css","/assets/DeedPage-B9eruCuQ.js","/assets/DeedPage-Cf9fLfDt.css","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-C8hIZuh9.js","/assets/DutyPage-CPyhnxGl.css","/assets/DutyPage-CUYpYwh_.js","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-DHvn5Zhw.js","/assets/EvaluatePage-Bb-V9rKz.css","/assets/EvaluatePage-DS3M3szZ.js","/assets/EvaluationsPage-B25NDF-4.css","/assets/EvaluationsPage-DuNDH-fD.js","/assets/FixPage-2uwuIE1i.js","/assets/FixPage-BGzEt7fP.css","/assets/HazardPage-7TIycHLq.css","/assets/HazardPage-Sbqh2kkj.js","/assets/InboxPage-D1r4ozDx.js","/assets/InboxPage-D3mOfCsA.css","/assets/InstallCard-DUYeH5cv.js","/assets/InstallCard-i_MV-_vK.css","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-qppj1bJE.js","/assets/LetterPage-1GRoBltO.js","/assets/LetterPage-C6O4-3NF.css","/assets/LetterPaper-BFOHs6En.js","/assets/LetterPaper-Beb4COb2.css","/assets/LettersPage-D-snFHWO.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-Dd1tbqt2.js","/assets/LinkPage-Bhql4A_C.js","/assets/LinkPage-ChGwUM52.css","/assets/LoadedPage-D2uXTcgb.css","/assets/LoadedPage-DZEfExLf.js","/assets/LoginPage-B5ZGo159.css","/assets/LoginPage-CRIg-CTE.js","/assets/MainTabs-Dx6JcxG1.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-BajvrfjB.js","/assets/MePage-Bd7hdKsS.css","/assets/OutsidePage-5a1pwRhK.js","/assets/OutsidePage-CZ3IPf7I.css","/assets/PageFrame-CulFMA3p.js","/assets/PageFrame-D77oN2H3.css","/assets/ParcelCard-Bd_MeReu.js","/assets/ParcelCard-BeqcQCQp.css","/assets/ParcelEnd-1zSotMcD.css","/assets/ParcelEnd-Bq9emxYG.js","/assets/PermitCard-Cru_2OQM.css","/assets/PermitCard-DfahMxhl.js","/assets/PermitNewPage-ChVlCsnY.css","/assets/PermitNewPage-FUGV-kBf.js","/assets/PermitPage-CRK7zIRI.js","/assets/PermitPage-k3LyoWXg.css","/assets/PermitsPage-BASvYMes.js","/assets/PermitsPage-D7cm1_fs.css","/assets/PhotoPick-C-L8H4Fr.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-CxVCw6Ix.js","/assets/PhraseChips-DkWAZchv.css","/assets/PhraseChips-FwL5YJGz.js","/assets/PostersPage-BNytZN6n.css","/assets/PostersPage-D3lkXEZp.js","/assets/ProblemNote-DEts79Hu.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-AdZv_KeZ.js","/assets/QueuePage-DGQPSazp.css","/assets/ReportPage-C_MWDsZx.css","/assets/ReportPage-XT77clC6.js","/assets/RewardsPage-BCWHVINB.css","/assets/RewardsPage-BSzCLRBW.js","/assets/ScanPage-BRGh214e.css","/assets/ScanPage-Dw15mbYN.js","/assets/ScorePage-CrTFPOu5.js","/assets/ScorePage-D7u3StAg.css","/assets/ScoresPage-C4h5ypzf.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-BHpoyG_5.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-BtYfJho7.js","/assets/SignSheet-DZ8chMuR.css","/assets/SignaturePad-BsHaKBIl.css","/assets/SignaturePad-CZsC3Pri.js","/assets/SnapPage-C7POETrJ.js","/assets/TodayPage-D3raSDpa.js","/assets/TodayPage-DoTkxoJd.css","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/accident-Fp_h5ZZU.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-BAKK9f_k.js","/assets/award-Cuz3zewC.js","/assets/certificate-BtSOoymT.js","/assets/check-DX-TeKwZ.js","/assets/checkbox-Dm__LFta.css","/assets/checkbox-vBoIUmyx.js","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/contractor-BFzWXG74.js","/assets/deadline-vmF--k1S.js","/assets/due-DYk22sR9.js","/assets/duty-BhMwYnDb.js","/assets/emergency-DjosCm-3.js","/assets/enrolment-CTBBUlLO.js","/assets/equipment-CcUIm_BK.js","/assets/evaluation-CNvEoQAg.js","/assets/evidence-CQD1pIPY.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-C882CzcV.js","/assets/field-Dv3yGryW.js","/assets/fieldPermit-DbIoRxUd.js","/assets/font-49908267.woff2","/assets/format-lSt_UoLa.js","/assets/function-call-BtUPlBGk.js","/assets/function-call-DnkKJhav.js","/assets/grading-B61dtfaN.js","/assets/hash-C9q1SgCD.js","/assets/hazard-CiZziiNF.js","/assets/home-DlL89vWc.js","/assets/import-paf3kKEW.js","/assets/inspection-nRZV-HWT.js","/assets/interceptor-CEIautwl.js","/assets/letter-DNi7XhuW.js","/assets/list-CxlUli-6.js","/assets/listing-ESjMg3bX.js","/assets/livescore-CuhVbA5u.js","/assets/meeting-CrzcN00i.js","/assets/notice-Dr7yp805.js","/assets/on-popup-reopen-DlvI72AX.js","/assets/oversight-C2KavrUc.js","/assets/parts-C8dJo5Gm.js","/assets/people-evAm1qPS.js","/assets/performance-DmxhvOun.js","/assets/permit-DY5daryX.js","/assets/permitServer-Bwg3kAro.js","/assets/popup-Dg35PThA.js","/assets/proof-DagD9yxx.js","/assets/protection-D2k32j_B.js","/assets/queue-BUpOJL3D.js","/assets/register-CTlFiWDE.js","/assets/reportItem-Ee3Z4wMP.js","/assets/responsibility-aHlz8XTB.js","/assets/reward-79pB2q2o.js","/assets/risk-CmgvaaJN.js","/assets/role-4qmkRGEc.js","/assets/rubric-CBQDREuD.js","/assets/say-BV3d_b00.js","/assets/selfreport-CMzqA-dv.js","/assets/shell-gk1As1hy.js","/assets/signature-Cy3tnfXD.js","/assets/staff-C_3oTwEG.js","/assets/standardization-5aIp6JOE.js","/assets/style-BKC72xPJ.css","/assets/style-BTxaW5oo.css","/assets/style-Bjr-1vAo.css","/assets/style-Bsn4ZUmo.css","/assets/style-Bsp-knLV.css","/assets/style-C0QAVLoP.js","/assets/style-CEchpGD-.js","/assets/style-CKYEAN3H.js","/assets/style-CVOIeHXC.js","/assets/style-Cu3FeH-n.js","/assets/style-D4vPvTRK.css","/assets/style-DMNYZepO.js","/assets/style-DigrS_kq.js","/assets/style-DnYcvOhI.css","/assets/style-S-rfh0xu.js","/assets/style-hRRl5mDX.js","/assets/tag-CbBQTtH-.js","/assets/transfer-DFaZ_Gyi.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-CRzClsOI.js","/assets/use-id-Ufxm8nZ_.js","/assets/useCamera-DEueqhzH.js","/assets/useForms-14dKnc9P.css","/assets/useForms-CkurcJhi.js","/assets/useIntent-wTbHmwx8.js","/assets/useLoad-2KJnYd5J.js","/assets/useMe-Z4ea-pql.js","/assets/useParcel-BB9CvxNi.js","/assets/usePermit-pK-yka0p.js","/assets/usePosition-COyK1ZEs.css","/assets/usePosition-sMcKjgQ5.js","/assets/useQueue-BRfj8BPH.js","/assets/useSaid-DpJNNJV3.js"]
const VERSION = '7aa2adb10f11'
const CACHE = `anbiao-field-${VERSION}`
const PAGE = '/field/'
const PATIENCE = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: path === PAGE ? 'reload' : 'default' })))),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('anbiao-field-') && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

/** The page of the day; the kept one when the network is silent. */
async function page(request) {
  const kept = await caches.match(PAGE, { cacheName: CACHE })
  const fresh = fetch(request)
  if (!kept) return fresh
  const silent = new Promise((done) => setTimeout(() => done(kept), PATIENCE))
  return Promise.race([fresh.then((answer) => (answer.ok ? answer : kept)).catch(() => kept), silent])
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== location.origin || address.pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') {
    if (address.pathname.startsWith(PAGE)) event.respondWith(page(request))
    return
  }
  if (FILES.includes(address.pathname)) event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)))
})
