// Made by `make bundle` from web/src: edit there.
"use strict";var bundled=(()=>{var G=Object.defineProperty;var bt=Object.getOwnPropertyDescriptor;var vt=Object.getOwnPropertyNames;var kt=Object.prototype.hasOwnProperty;var yt=(r,t)=>{for(var e in t)G(r,e,{get:t[e],enumerable:!0})},$t=(r,t,e,s)=>{if(t&&typeof t=="objec\
t"||typeof t=="function")for(let i of vt(t))!kt.call(r,i)&&i!==e&&G(r,i,{get:()=>t[i],enumerable:!(s=
bt(t,i))||s.enumerable});return r};var St=r=>$t(G({},"__esModule",{value:!0}),r);var ee={};yt(ee,{Deck:()=>K});function a(r,t={},...e){let s=document.createElement(r);for(let[i,o]of Object.entries(t))o===!1||o==
null||(i.startsWith("on")?s.addEventListener(i.slice(2),o):i==="style"?Ct(s,o):s.setAttribute(i,o===
!0?"":String(o)));for(let i of e.flat())i!=null&&i!==!1&&s.append(i);return s}function Ct(r,t){for(let[
e,s]of Object.entries(t))r.style.setProperty(e,String(s))}var v=(r,t)=>[...r.querySelectorAll(t)],g=(...r)=>r.
filter(Boolean).join(" "),S=(r,t,e,s={})=>a("button",{type:"button",title:r,onclick:e,...s},a("span",
{"aria-hidden":"true"},t));function M(r,...t){let e=t.map(s=>typeof s=="string"?s:s.textContent).join(
"");r.textContent!==e&&r.replaceChildren(...t)}var y=(r,t)=>r.setAttribute("aria-disabled",String(!t)),
b=r=>(r/4096).toString(16),E=r=>`[${b(r.start)}, ${b(r.end)})`,k=r=>(r??0)>>20?`${(r??0)>>20}.${((r??
0)&1048575).toString(16)}`:(r??0).toString(16),st=["square","round","diamond","hexagon"];function f(r,t,e=""){
let s=typeof t=="number"?t:r.cpus.indexOf(t),i=typeof t=="number"?r.cpus[s]:t,o=g("badge",st[s%st.length],
e);return a("span",{class:o,title:`CPU ${i}`},a("span",{},String(s+1)))}var Y="No answer from Jupyter's kernel. It may be busy; if it was restarted, run the cell again.";function At(r,t,e){let s=new Map([[t,[]]]);for(let[i,o]of s){if(i===e)return o;for(let n of Object.values(
r.states[i].moves??{})){let{to:l}=r.steps[n];s.has(l)||s.set(l,[...o,n])}}return null}function it(r,t){
for(let e=r.at;e>=0;e--){let s=At(r.doc,r.stepAt(e)?.to??0,t);if(s)return[...r.path.slice(0,e),...s]}
return null}var Lt=["lost","can","unknown","safe"];function ot(r){let t=new Map([[0,0]]),e=[];for(let[
i,o]of t){e[o]??=[],e[o].push(i);for(let n of Object.values(r.states[i].moves??{})){let{to:l}=r.steps[n];
t.has(l)||t.set(l,o+1)}}let s=i=>Lt.indexOf(r.states[i].outlook??"unknown");return e.map(i=>i.toSorted(
(o,n)=>s(o)-s(n)))}var nt={lost:"lost",can:"open",safe:"safe",unknown:"not known"},C=10,A=8,T=4,q=class{constructor(t){
this.stepper=t;let e=ot(t.doc),s=Math.max(...e.map(h=>h.length));this.boxes=new Map,this.places=new Map;
let i=$("svg",{viewBox:[-T,-T,e.length*C+2*T,s*A+2*T].join(" "),preserveAspectRatio:"none",role:"img",
"aria-label":this.inWords(),class:"field"}),o=$("g",{"aria-hidden":"true"});for(let[h,c]of e.entries())
for(let[p,d]of c.entries())o.append(this.box(d,h,p+Math.floor((s-c.length)/2)));i.append(o),this.way=
$("polyline",{class:"way"}),this.here=$("circle",{class:"here",r:5}),i.append(this.way,this.here),i.
addEventListener("click",h=>this.clicked(h));let n=a("p",{class:"legend"},...["lost","can","safe"].map(
h=>a("span",{class:h},this.count(h)))),l=a("p",{class:"caption"},"All that can happen: click a state\
 to go there");this.root=a("div",{class:"chart",role:"group","aria-label":"All that can happen"},l,i,
n)}box(t,e,s){let i=this.stepper.doc.states[t].outlook??"unknown",o=$("rect",{x:e*C+1,y:s*A+1,width:C-
2,height:A-2,class:i,"data-state":t}),n=$("title",{});return n.textContent=`${nt[i]}, after at least\
 ${e} step${e===1?"":"s"}`,o.append(n),this.boxes.set(t,o),this.places.set(t,[e*C+C/2,s*A+A/2]),o}count(t){
let{states:e}=this.stepper.doc,s=e.filter(o=>o.outlook===t).length,i=nt[t];return`${s.toLocaleString(
"en")} ${i}`}inWords(){let{states:t}=this.stepper.doc,e=["lost","can","safe"].map(s=>this.count(s)).
join(", ");return`${t.length.toLocaleString("en")} states by their depth: ${e}`}clicked(t){let e=t.target instanceof
Element?t.target.getAttribute("data-state"):null,s=e===null?null:it(this.stepper.run,Number(e));s&&this.
stepper.resume(s,s.length)}draw(){let{run:t}=this.stepper,e=[0,...t.path.slice(0,t.at).map(l=>t.did(
l).to)],s=e.map(l=>this.places.get(l)?.join(",")??"");this.way.setAttribute("points",s.join(" "));let[
i,o]=this.places.get(e[e.length-1])??[0,0];this.here.setAttribute("cx",String(i)),this.here.setAttribute(
"cy",String(o));let n=t.state.outlook??"unknown";this.here.setAttribute("class",g("here",n))}};function $(r,t){
let e=a("div");e.innerHTML="<svg></svg>";let s=document.createElementNS(e.firstElementChild?.namespaceURI??
null,r);for(let[i,o]of Object.entries(t))s.setAttribute(i,String(o));return s}var j=class{constructor(t){this.stepper=t,this.leads=null,this.buttons=t.doc.cpus.map((i,o)=>a("butt\
on",{type:"button",onclick:()=>t.act(()=>t.choose(o))})),this.hint=a("button",{type:"button",class:"\
hint",onclick:()=>t.hint()},"Hint (h)");let e=a("span",{class:"ask"},"Who goes next?"),s={role:"grou\
p","aria-label":"Who goes next?"};this.root=a("div",{class:"choices",...s},e,...this.buttons,this.hint)}draw(){
let{run:t,doc:e,hinted:s,back:i}=this.stepper,{hint:o,outlook:n}=t.state;this.leads=o!=null?this.buttons[o]:
n==="safe"&&t.at>0?i:null;for(let l of[...this.buttons,i])l.classList.toggle("hinted",s&&l===this.leads);
for(let[l,h]of this.buttons.entries()){let{next:c,waits:p}=t.view(l);y(h,t.able(l));let d=c?p?`waits\
: ${p}`:c:"has ended";h.replaceChildren(f(e,l),a("strong",{},e.cpus[l]),a("span",{},d))}y(this.hint,
this.leads!==null&&!s)}focus(){this.leads?.focus()}};function at(r){let t=r.picture();return t?[...t.cursors.map(s=>zt(s,t)),...t.moves.map(s=>Mt(s,t,r))]:
[]}function zt({cpu:r,avc:t,anon_vma:e},s){let i=s.anon_vmas.find(h=>h.id===e),o=`the list of ${i?.name??
"an anon_vma that is gone"}`;if(!t)return`The walk of ${r} is at the end of ${o}.`;let n=`${(i?.list.
indexOf(t)??-1)+1} of ${i?.list.length}`,l=s.vmas.find(h=>h.id===rt(t,s));return`The walk of ${r} st\
ands at ${l?.name}, ${n} on ${o}.`}function Mt({cpu:r,source:t,destination:e},s,i){let o=new Map(s.vmas.
map(d=>[d.id,d.name])),n=i.view(i.doc.cpus.indexOf(r)).hand,l=n?`The entry ${n}, in the hand of ${r}\
,`:`What ${r} moves`,h=J(i.order,t,e),c=X(i,t,e,s)?", past the walk":"",p=`from ${o.get(t)} to ${o.get(
e)}`;return`${l} goes ${h?"up":"down"}, ${p}${c}.`}var J=(r,t,e)=>r.indexOf(e)<r.indexOf(t);function X(r,t,e,s){
let{order:i,state:o,verdict:n}=r;if(o.outlook==="safe"||n?.outcome==="holds")return!1;let[l,h]=[t,e].
map(c=>i.indexOf(c));return s.cursors.some(({avc:c})=>{let p=c?i.indexOf(rt(c,s)??""):i.length;return h<
l&&p>h&&p<=l})}var rt=(r,t)=>t.avcs.find(e=>e.id===r)?.vma;var Et="a page is lost",lt={page:["lose the page","the page is lost"],other:["make it fail","it fail\
s"]},N=class{constructor(t){this.stepper=t,this.at=-1,this.number=a("span",{class:"number"}),this.said=
a("p",{class:"said","aria-live":"polite","aria-atomic":"true"}),this.changes=a("p",{class:"changes"}),
this.preempts=a("span",{class:"preempts"});let e=a("div",{class:"words"},this.said,this.changes);this.
root=a("div",{class:"news"},this.number,e,this.preempts),this.verdict=a("p",{class:"verdict"}),t.driving&&
this.verdict.setAttribute("role","status");let s={role:"log",tabindex:"0","aria-label":"console"};this.
console=a("pre",{class:"console",...s});let i=!t.driving&&t.doc.verdict?.outcome!=="fails";this.console.
hidden=i}draw(){let{run:t,doc:e,driving:s}=this.stepper,{step:i,at:o}=t;this.number.textContent=s?`s\
tep ${o}`:`${o} / ${t.path.length}`;let n=s?"Nobody has gone yet. Who goes first?":"Before the first\
 step.",l=t.decisive>0&&o===t.decisive;o!==this.at&&this.said.replaceChildren(),this.at=o,M(this.said,
...i?[f(e,i.cpu)," "]:[],i?i.sentence:n,...l?[" ",a("strong",{class:"fatal"},"From here on it is ine\
vitable.")]:[],a("span",{class:"hidden"},` ${at(t).join(" ")}`));let h=i?.changes.map(u=>a("span",{class:"\
change"},u))??[];this.changes.replaceChildren(...h.length?h:[i?"nothing changes in the picture":" "]),
this.preempts.replaceChildren(...t.preempts(o)?[a("span",{},"preemption")]:[]);let c=t.console();this.
console.classList.toggle("quiet",!c.length),M(this.console,c.join(`
`)||"console: quiet");let[p,d]=s?this.standing():Tt(t.verdict);this.verdict.className=`verdict ${p}`,
M(this.verdict,d)}unanswered(t=0){let e=t===1?"1 key waits":`${t} keys wait`;this.said.textContent=t?
`${Y} ${e} for it.`:Y}standing(){let{state:t,doc:e}=this.stepper.run,s=e.states.every(({end:n})=>n?.
outcome!=="fails"||n.words===Et),[i,o]=e.states[0].picture&&s?lt.page:lt.other;return t.end?t.end.outcome===
"fails"?["fails",`✗ ${o}: you did it`]:["holds","✓ the end: nothing went wrong"]:{can:["open",`⚠\
 you can still ${i}`],lost:["fails",`✗ now ${o}, whatever happens`],safe:["holds","✓ now it is saf\
e whatever happens"],unknown:["open","? not known: too much may still happen"]}[t.outlook??"unknown"]}};
function Tt(r){return r?.outcome==="fails"?["fails",`✗ ${r.words||`fails: ${r.kind}`}`]:r?.outcome===
"holds"?["holds","✓ this run holds"]:["open","… not at its end"]}var O=class{constructor(t){this.panes=t.doc.cpus.map((i,o)=>new Q(t,o));let e=Math.min(3,this.panes.
length),s=this.panes.map(i=>i.root);this.stepper=t,this.root=a("div",{class:"panes",style:{"--cpus":e}},
...s),this.others=a("div",{class:"others"},...this.panes.map(i=>i.line))}draw(){let t=this.stepper.doc.
functions.map(e=>e.lines.length);this.root.style.setProperty("--lines",String(Math.max(1,...t)));for(let e of this.
panes)e.draw()}show(){for(let t of this.panes)t.show()}},Q=class{constructor(t,e){this.stepper=t,this.
cpu=e,this.name=t.doc.cpus[e],this.shown=null,this.last=[-1,0],this.callers=a("span",{class:"callers",
"aria-hidden":"true"}),this.frames=a("select",{"aria-label":`Stack of ${this.name}`,onchange:()=>this.
pick()}),this.locals=a("p",{class:"locals"});let s={tabindex:"0",role:"group","aria-label":`Source o\
f ${this.name}`};this.code=a("div",{class:"code",...s}),this.next=a("p",{class:"next"}),this.line=a(
"p",{class:"other"});let i=a("strong",{},this.name),o=a("div",{class:"who"},f(t.doc,e),i,this.callers,
this.frames),n={role:"group","aria-label":`CPU ${this.name}`};this.root=a("div",{class:"pane",...n},
o,this.code,a("div",{class:"now-at"},this.next,this.locals))}pick(){this.stepper.frames[this.cpu]=this.
frames.selectedIndex,this.draw()}draw(){let{stepper:t,cpu:e}=this,{run:s,doc:i}=t,o=s.view(e),n=s.step?.
cpu===e?s.step:null,l=Math.min(t.frames[e]??o.shown,o.stack.length-1);this.last=o.stack[l]??n?.place??
this.last;let[h,c]=this.last,p=t.shownCpu===e;this.root.className=g("pane",n&&"acting",p&&"looked",!o.
next&&"ended"),this.drawStack(o.stack,l),this.drawSource(h),this.mark(h,o.stack.length&&o.next?c:0,n?.
place??null),this.show();let d=o.locals??[];this.locals.hidden=!d.length||l!==o.shown,this.locals.replaceChildren(
...d.map(([x,z])=>a("span",{},a("b",{},x),` ${z}`)));let u=o.hand?[a("b",{class:"hand"},`in its hand\
: ${o.hand}`)," "]:[];this.next.replaceChildren(...u,...ht(o)),this.next.classList.toggle("waits",!!o.
waits),this.line.hidden=p;let m=(i.functions[h]?.lines[c-1]??"").trim();this.line.replaceChildren(f(
i,e),a("strong",{},this.name),a("code",{},o.next?`${c}  ${m}`:""),a("span",{},...ht(o)))}drawStack(t,e){
let{functions:s}=this.stepper.doc,i=t.map(([n])=>s[n].name.replace(/\.__anext__$/,""));this.callers.
textContent=i.slice(0,Math.max(0,e)).map(n=>`${n} › `).join(""),this.frames.hidden=!i.length,(!(i.
length===this.frames.length)||i.some((n,l)=>n!==this.frames.options[l].text))&&this.frames.replaceChildren(
...i.map(n=>a("option",{},n))),this.frames.selectedIndex=e,this.frames.title=t[e]?s[t[e][0]].file:""}drawSource(t){
let e=this.stepper.doc.functions[t];!e||this.shown===t||(this.code.replaceChildren(...e.lines.map((s,i)=>qt(
s,i+1,e))),this.code.scrollTop=0,this.shown=t)}mark(t,e,s){let i=this.code.children,o=n=>i[Math.min(
n,i.length)-1];for(let n of this.code.querySelectorAll(".now, .done"))n.classList.remove("now","done"),
n.removeAttribute("aria-current");s?.[0]===t&&o(s[1])?.classList.add("done"),e&&(o(e)?.classList.add(
"now"),o(e)?.setAttribute("aria-current","step"))}show(){let{code:t}=this,e=t.querySelector(".now")??
t.querySelector(".done"),s=t.clientHeight;if(!(e instanceof HTMLElement)||!s)return;let i=e.offsetTop,
o=t.firstElementChild?.clientHeight??0;if(!(i<t.scrollTop+o*2)&&i+e.offsetHeight*2<=t.scrollTop+s)return;
let l=t.scrollHeight-s+o,h=v(t,".line:not(.first)").filter(d=>d.offsetTop<=l),c=h.find(d=>d.offsetTop-
o>=i-s/2)??h.at(-1)??e,p=Math.max(c.offsetTop-o,i+e.offsetHeight-s);t.scrollTop=Math.min(p,i-o)}};function ht(r){
return r.next?r.waits?[a("b",{},"waits: "),r.waits,` (to ${r.next})`]:[a("b",{},"next: "),r.next]:["\
has ended"]}function qt(r,t,e){let[s,i]=e.doc,o=e.doc.length>0&&t>=s&&t<=i,n=g("line",o&&"doc",o&&t>
s&&"more",t===1&&"first"),l={"--indent":r.length-r.trimStart().length};return a("div",{class:n},a("s\
pan",{class:"no","aria-hidden":"true"},String(t)),a("code",{style:l},r.trim()||" "))}var jt=10,H=class{constructor(t){this.stepper=t,this.run=t.run,this.world=t.run.world,this.columns=[
...this.world.families.keys()];let e={"--columns":this.columns.length};this.heads=a("div",{class:"he\
ads"}),this.ends=a("div",{class:"ends"}),this.carry=a("span",{class:"carry"}),this.rows=new Map;for(let[
c,p]of this.world.vmas)this.rows.set(c,Nt(c,p));let s=[...this.rows.values()],i=this.columns.map((c,p)=>a(
"span",{class:"thread",style:{"--column":p+1}})),o=this.world.mms.size>1;this.body=a("div",{class:g(
"rows",o&&"families")},...i,...s.map(c=>c.box),this.ends,this.carry);let n=Math.max(1,...s.map(c=>c.
wide));this.strip=a("div",{class:"strip",style:{...e,"--wide":n}});let l=g("grid",this.columns.length===
1&&"single",!this.world.moving&&"still"),h=[...this.world.vmas.values()].map(c=>b(c.end).length);this.
root=a("div",{class:l,tabindex:"0",role:"group","aria-label":"vmas, ptes and lists",style:{...e,"--w\
ide":n,"--digits":Math.max(3,...h)}},this.heads,this.body),this.order=[],this.carried=null}draw(t){let e=Ot(
t,this.run);this.order=this.run.order,this.carried=this.carriedIn(t),this.drawStrip(e),this.heads.replaceChildren(
...this.columns.map((s,i)=>this.head(s,i+1,e)));for(let s of this.rows.values())this.drawRow(s,e);this.
ends.replaceChildren(...this.columns.map((s,i)=>a("span",{class:"end",style:{"--column":i+1}},...t.cursors.
filter(o=>o.anon_vma===s&&o.avc==null).map(o=>this.cursor(o))))),this.place()}carriedIn(t){let[e]=t.
moves,s=this.rows.get(e?.source??""),i=this.rows.get(e?.destination??"");if(!s||!i)return null;let{source:o,
destination:n,cpu:l}=e,h=J(this.order,o,n),c=X(this.run,o,n,t),{hand:p=""}=this.run.view(this.run.doc.
cpus.indexOf(l));return{from:s,to:i,up:h,past:c,hand:p}}cursor(t){return a("span",{class:"cursor"},f(
this.run.doc,t.cpu),a("span",{},"walk"))}place(){if(!this.order.length)return;let{line:t,gap:e,end:s}=this.
stepper.measures,i=0;for(let o of this.order){let n=this.rows.get(o);if(!n)continue;let l=n.lines*t;
n.box.style.height=`${l}px`,n.box.style.transform=`translateY(${i}px)`,n.middle=i+l/2,i+=l+e}this.placeCarry(),
this.ends.style.transform=`translateY(${i}px)`,this.body.style.height=`${i+(this.columns.length?s:0)}\
px`}placeCarry(){let{carried:t,carry:e}=this;if(e.hidden=!t,!t)return;let{from:s,to:i,up:o,past:n,hand:l}=t,
h=o?"up":"down";e.className=`carry ${h}`,e.style.top=`${Math.min(s.middle,i.middle)}px`,e.style.height=
`${Math.abs(s.middle-i.middle)}px`;let p=this.columns.length>1||this.stepper.isHall?[h]:[`goes ${h}`,
n?"past the walk":""],d=a("i",{class:"hand",title:"in no slot"},a("small",{},"in hand"),l),u=a("span",
{},...p.map(m=>a("b",{},m)));e.replaceChildren(l?d:u)}lock(t,e,s){let i=t.locks.get(e),{owners:o=[],
waiters:n=[]}=i??{},l=o.length>0,h=n.length?`, ${n.join(", ")} waits`:"",c=i?(l?`held by ${o.join(",\
 ")}`:"free")+h:"is gone",p=g("lock",l&&"held",t.changed.has(e)&&"changed",!i&&"gone"),{doc:d}=this.
run;return a("span",{class:p,title:`${i?.label??s}: ${c}`},a("span",{class:"label"},s),...l?o.map(u=>f(
d,u)):[a("span",{class:"free"},i?"free":"–")],n.length>0&&a("span",{class:"waiters"},"◂",a("span",
{class:"word"},"waits"),...n.map(u=>f(d,u))),a("span",{class:"hidden"},` ${c}`))}drawStrip(t){let e=[
...this.world.locks.values()].filter(({used:o,kind:n})=>o&&(n==="mmap_sem"||n==="page_table_lock")),
s=[...this.world.pages.values()].filter(o=>o.busy),i=s.some(o=>this.world.locks.get(o.id)?.waited);this.
strip.classList.toggle("waited",i),this.strip.replaceChildren(...e.map(o=>this.lock(t,o.id,o.name)),
...s.map(o=>this.page(o,t)))}page(t,e){let s=e.pages.get(t.id),{doc:i}=this.run,o=g("pageframe",!s&&
"gone",e.changed.has(t.id)&&"changed"),n=e.locks.get(t.id)?.waiters??[];return a("span",{class:o},a(
"span",{class:"label"},`page ${k(t.pfn)}`),a("span",{},s?`maps ${s.mapcount} · refs ${s.count}`:"fr\
ee"),s?.locked&&a("span",{class:"waiters"},"locked",f(i,s.locked)),...n.map(l=>a("span",{class:"wait\
ers"},"◂ waits",f(i,l))))}head(t,e,s){let i=s.families.get(t),o=this.world.families.get(t)??i,n=[...this.
world.locks.values()].find(c=>c.kind==="mutex"&&c.guards===t),l=this.world.families.get(o?.root??"")?.
name??"?",h=g("family",!i&&"gone",s.changed.has(t)&&"changed");return a("span",{class:h,style:{"--co\
lumn":e}},a("span",{class:"name"},a("strong",{},o?.name),i?.root===t?" root":""),n?this.lock(s,n.id,
"mutex"):a("span",{class:"rootless"},`root ${l}`))}drawRow(t,e){let{id:s,addresses:i}=t,o=e.vmas.get(
s),n=this.world.vmas.get(s),l=e.roles[s],h=o?.inserted?o.cells:[],c=new Map(h.map(w=>[w.address,w])),
d=[...new Set(h.map(w=>w.table??""))].flatMap(w=>e.tables.get(w)?.lock??[]),u=this.world.mms.size>1?
`${this.world.mms.get(n?.mm??"")?.name}: `:"",m=g("row",l,!o?.inserted&&"gone",e.changed.has(s)&&"ch\
anged");t.box.className=m;let x=this.columns.map((w,wt)=>this.knot(t,w,wt+1,e)),z=x.findIndex(Boolean);
t.box.replaceChildren(a("span",{class:"card"},a("span",{class:"letter"},u,a("strong",{},o?.name??n?.
name)),a("span",{class:"role"},l??""),this.bounds(s,o,e),a("span",{class:"cells"},...i.map(w=>Ht(c.get(
w),w,s,e))),a("span",{class:"ptls"},...d.map(w=>this.lock(e,w,"ptl")))),z<0?"":a("span",{class:"link",
style:{"--column":z+1}}),...x.filter(w=>w!==null))}bounds(t,e,s){let i=e?"not mapped":this.run.gone(
t)?"gone":"not yet",o=g("bounds",s.changed.has(`${t} bounds`)&&"changed"),n=e?`pgoff ${e.pgoff.toString(
16)} ${e.perms}`:"";return a("span",{class:o},e?.inserted?E(e):i,a("small",{},n))}knot(t,e,s,i){let n=i.
families.get(e)?.list??[],l=n.findIndex(x=>i.avcs.get(x)?.vma===t.id),h=[...i.avcs.values()].find(x=>x.
vma===t.id&&x.anon_vma===e),c=n[l]??(i.vmas.has(t.id)?h?.id:null);if(!c)return null;let p=l>=0,d=g("\
knot",!p&&"loose",i.changed.has(c)&&"changed"),u=`avc of ${i.vmas.get(t.id)?.name} in ${this.world.families.
get(e)?.name}`,m=i.picture.cursors.filter(x=>x.avc===c);return a("span",{class:g("crossing",m.length>
0&&"walked"),style:{"--column":s}},a("span",{class:d,title:u},p?String(l+1):"–"),...m.map(x=>this.
cursor(x)))}};function Nt(r,t){let e=[...t.addresses].sort((o,n)=>o-n),s=Math.ceil(e.length/jt)||1,i=Math.
ceil(e.length/s)||1;return{id:r,addresses:e,wide:i,lines:s,box:a("div",{class:"row"}),middle:0}}function Ot(r,t){
let e=s=>new Map(s.map(i=>[i.id,i]));return{vmas:e(r.vmas),avcs:e(r.avcs),families:e(r.anon_vmas),locks:e(
r.locks),pages:e(r.pages),tables:e(r.tables),picture:r,roles:t.roles,changed:new Set(t.step?.ids??[])}}
function Ht(r,t,e,s){let i=a("small",{},b(t));if(!r)return a("span",{class:"cell outside"},i,a("span",
{}," "));let o=s.pages.get(r.page??""),n=r.kind==="migration"&&!o?.locked,l=s.families.get(o?.mapping??
"")?.name??"",h=k(r.pfn),[c,p,d]={none:["none","","none"],zero:["zero","","zero page"],present:[h,r.
write?l:`r ${l}`,`page ${h}, of anon_vma ${l}`],migration:[n?`✗${h}`:h,"mig",`migration entry for \
page ${h}`]}[r.kind],u=s.changed.has(`${e} ${t}`)&&"changed",m=n?", which is unlocked":r.kind==="pre\
sent"&&!r.write?", read-only":"";return a("span",{class:g("cell",r.kind,n&&"stale",u),title:`pte ${b(
t)}: ${d}${m}`},i,a("span",{},c,p&&a("em",{},` ${p}`)))}function ct(r,t){let e=new Map(t.avcs.map(n=>[n.id,n.vma])),s=n=>t.anon_vmas.map(l=>[l.name,l.list.findIndex(
h=>e.get(h)===n.id)+1]).filter(([,l])=>l).map(([l,h])=>`${l}, place ${h}`).join("; "),i=n=>t.cursors.
filter(l=>l.avc&&e.get(l.avc)===n.id).map(l=>l.cpu).join(", "),o=t.locks.filter(n=>r.world.locks.get(
n.id)?.used);return a("div",{},Z(["vma","role","pages","pgoff","ptes","lists","walk stands here"],t.
vmas.map(n=>[n.name,r.roles[n.id]??"–",E(n),n.pgoff.toString(16),n.cells.map(Pt).join(", "),s(n)||
"–",i(n)||"–"])),Z(["page","mapped","references","locked by"],t.pages.map(n=>[k(n.pfn),String(n.
mapcount),String(n.count),n.locked??"nobody"])),Z(["lock","held by","waiting"],o.map(n=>[n.label??n.
name,n.owners.join(", ")||"nobody",n.waiters.join(", ")||"nobody"])))}function Pt(r){let t={none:"no\
ne",zero:"zero page",present:`page ${k(r.pfn)}`,migration:`migration entry for page ${k(r.pfn)}`}[r.
kind];return`${b(r.address)}: ${t}`}function Z(r,t){let e=r.map(i=>a("th",{scope:"col"},i)),s=t.map(
([i,...o])=>a("tr",{},a("th",{scope:"row"},i),...o.map(n=>a("td",{},n))));return a("table",{},a("the\
ad",{},a("tr",{},...e)),a("tbody",{},...s))}var P=class{grid;table;values;constructor(t){this.stepper=t,this.tabular=!1,this.root=a("div",{class:"\
state"}),this.build()}build(){let t=!this.stepper.doc.states[0].picture,e={role:"group","aria-label":"\
The state as a table"};this.table=a("div",{class:"table",tabindex:"0",...e,hidden:!0}),this.grid=t?null:
new H(this.stepper),this.values=a("div",{class:"strip",hidden:!t});let s=this.grid?[this.grid.root,this.
grid.strip]:[this.values];this.root.replaceChildren(...s,this.table),this.root.classList.toggle("pla\
in",t)}draw(){let{run:t}=this.stepper,e=t.picture();if(!e||!this.grid)return this.drawValues();this.
grid.root.hidden=this.tabular,this.grid.strip.hidden=this.tabular,this.table.hidden=!this.tabular,this.
tabular&&this.table.replaceChildren(ct(t,e)),this.grid.draw(e)}place(){this.grid?.place()}drawValues(){
let{run:t,doc:e}=this.stepper,s=new Set(t.step?.ids??[]),{values:i,locks:o}=t.variables,n=c=>a("span",
{class:"label"},c),l=(c,p)=>g(c,s.has(p)&&"changed"),h=()=>a("span",{class:"free"},"free");this.values.
replaceChildren(...[...i].map(([c,p])=>a("span",{class:l("variable",c)},n(c),a("code",{},p))),...[...o].
map(([c,p])=>{let d=p==null?"lock":"lock held",u=p==null?h():f(e,p);return a("span",{class:l(d,c)},n(
c),u)}))}};var pt=40,I=class{columns=pt;drawn=0;ticks=[];track;scroll;constructor(t){this.stepper=t,this.root=a(
"div",{class:"timeline"}),this.marker=a("span",{class:"marker"}),this.build()}build(){let{run:t,doc:e}=this.
stepper,s={"--lanes":e.cpus.length};this.columns=Math.max(t.path.length,e.drive?e.drive.longest??pt:
1),this.drawn=0,this.ticks=t.path.map((l,h)=>It(t.did(l),h));let i=t.path.flatMap((l,h)=>t.preempts(
h+1)?[Rt(h)]:[]);this.track=a("div",{class:"track",role:"slider",tabindex:"0","aria-label":"Step","a\
ria-valuemin":0,"aria-valuemax":t.path.length,style:{"--steps":this.columns,...s},onpointerdown:l=>{
this.pointed(l),this.track.setPointerCapture(l.pointerId)},onpointermove:l=>{l.buttons&&this.pointed(
l)}},...i,...this.ticks,t.decisive?Dt(t.decisive):null,this.marker),this.scroll=a("div",{class:"scro\
ll"},this.track);let o=e.cpus.map((l,h)=>a("span",{class:"lane",style:{"grid-row":h+2}},f(e,h),a("sp\
an",{},l))),n={"aria-hidden":"true",style:s};this.root.replaceChildren(a("div",{class:"lanes",...n},
...o),this.scroll)}pointed(t){let e=this.track.getBoundingClientRect();this.stepper.play(!1),this.stepper.
go(Math.ceil((t.clientX-e.left)/e.width*this.columns))}draw(){let{at:t,path:e}=this.stepper.run;for(let o=Math.
max(0,Math.min(this.drawn,t)-1);o<Math.max(this.drawn,t);o++)this.ticks[o]?.classList.toggle("past",
o<t),this.ticks[o]?.classList.toggle("current",o===t-1);this.drawn=t,this.marker.style.gridColumn=String(
Math.max(1,t)),this.marker.classList.toggle("before",t===0),this.marker.textContent=String(t),this.track.
setAttribute("aria-valuenow",String(t)),this.track.setAttribute("aria-valuetext",`step ${t} of ${e.length}`);
let{scroll:s}=this,i=t/this.columns*this.track.scrollWidth;(i<s.scrollLeft+40||i>s.scrollLeft+s.clientWidth-
40)&&(s.scrollLeft=i-s.clientWidth/2)}};function It(r,t){let e=r.findings.length>0,s={"grid-column":t+
1,"grid-row":r.cpu+2},i=`${t+1}: ${r.sentence}`,o=g("tick",e&&"wrong");return a("span",{class:o,title:i,
style:s},e?"✗":"")}var Rt=r=>a("span",{class:"break",title:"preemption",style:{"grid-column":r+1}}),
Dt=r=>a("span",{class:"decisive",title:"from here on the failure is inevitable",style:{"grid-column":r}},
"✗");var R=class{constructor(t,e){this.buttons={};let s=e.map(([h,c,p,d,u])=>(this.buttons[h]=S(p?`${d} (${p}\
)`:d,c,u),this.buttons[h])),i=Wt(t.driving).map(([h,c])=>a("div",{},a("dt",{},h),a("dd",{},c))),o="Δ\
 changed in this step · dashed line: preemption, the CPU before could have gone on · mig: migration \
entry · ◂ waits",n={class:"tools",role:"group","aria-label":"More"};this.root=a("div",{class:"mor\
e",hidden:!0},a("div",n,...s),a("dl",{},...i),a("p",{},o));let l={class:"opener","aria-expanded":"fa\
lse"};this.opener=S("More: views, sizes, keys (?)","more",()=>this.toggle(),l)}toggle(t=this.root.hidden){
!t&&this.root.querySelector(":focus")&&this.opener.focus(),this.root.hidden=!t,this.opener.setAttribute(
"aria-expanded",String(t))}press(t,e){this.buttons[t]?.setAttribute("aria-pressed",String(e))}};function Wt(r){
return[["→ ←",r?"the same CPU again, or redo; a step back":"a step on, a step back"],["↑ ↓",
"to the previous or next preemption"],["Home End","to the start, to the end"],...r?[["1 … 9","this\
 CPU goes next"],["h","a hint"]]:[["space","play, pause"],["1 … 9","look at this CPU"]],["?","this"],
["Esc","give the keys back"]]}var D=class{constructor(t){this.stepper=t;let e={tabindex:"0",role:"group","aria-label":"The run in \
turns"};this.root=a("div",{class:"turns",...e,hidden:!0})}draw(){if(this.root.hidden)return;let t=this.
root.querySelector(":focus");this.fill();let e=this.root.querySelector(".now button");t&&!t.isConnected&&
(e??this.root).focus()}fill(){let{run:t,doc:e}=this.stepper;if(!e.beside||this.stepper.driving){this.
root.replaceChildren(this.column("",t.path,0,t.path.length));return}let{parts:s,run:i,verdict:o}=e.beside,
n=a("div",{class:"ways"},this.column(dt(e.verdict),e.run,s,e.run.length),this.column(dt(o),i,s,i.length)),
l=this.column("Both runs begin like this",e.run,0,s);this.root.replaceChildren(l,a("p",{class:"part"},
`After step ${s} they part.`),n)}column(t,e,s,i){let{run:o}=this.stepper,n=String(e.slice(0,i))===String(
o.path.slice(0,i)),l=_t(o,e.slice(0,i),s).map(c=>this.row(c,e,n)),h=t&&a("caption",{},t);return a("t\
able",{},h,a("tbody",{},...l))}row(t,e,s){let{stepper:i}=this,{at:o}=i.run,n=s&&o>=t.from&&o<=t.to,l=t.
from===t.to?`${t.from}`:`${t.from}–${t.to}`,h=()=>{i.resume(e,t.to),this.draw()},c=a("button",{type:"\
button","aria-label":`To step ${t.to}`,onclick:h},l);return a("tr",{class:g(n&&"now"),"aria-current":n?
"step":null},a("th",{scope:"row"},c),a("td",{},f(i.doc,t.cpu),` ${i.doc.cpus[t.cpu]}`),a("td",{},t.said.
join("; ")||"changes nothing"))}};function dt(r){return r?.outcome==="fails"?`✗ ${r.words}`:r?.outcome===
"holds"?"✓ this run holds":"… not at its end"}function _t(r,t,e=0){let s=[];for(let[i,o]of t.entries()){
if(i<e)continue;let n=r.did(o),{cpu:l}=n,h=s.at(-1);h?.cpu!==l&&(h={cpu:l,from:i+1,to:i+1,said:[]},s.
push(h)),h.to=i+1,Bt(r,n)&&h.said.push(n.said)}return s}function Bt(r,{ids:t,findings:e}){let{locks:s,
pages:i}=r.world;return e.length>0||t.some(o=>!s.has(o)||i.has(o))}var tt=class{constructor(t){this.doc=t,this.vmas=new Map,this.families=new Map,this.locks=new Map,this.
pages=new Map,this.mms=new Map,this.moving=Object.keys(t.roles??{}).length>0||t.drive!==void 0,this.
met=new Set,this.seen=0,this.grow()}get size(){let t=[...this.vmas.values()].reduce((e,{addresses:s})=>e+
s.size,0);return this.vmas.size+t+this.pages.size+this.families.size+Number(this.moving)}grow(){for(;this.
seen<this.doc.states.length;this.seen++){let t=this.doc.states[this.seen].picture??{};for(let[e,s]of Object.
entries(t))for(let i of s)this.met.has(i)||(this.met.add(i),this.meet(e,this.doc.pool[i]))}}meet(t,e){
if(t==="mms")this.mms.set(e.id,e);else if(t==="anon_vmas"&&!this.families.has(e.id))this.families.set(
e.id,e);else if(t==="vmas")this.meetVma(e);else if(t==="moves"||t==="cursors")this.moving=!0;else if(t===
"locks")this.meetLock(e);else if(t==="pages"){let s=this.pages.get(e.id)??{...e,busy:!1};s.busy||=e.
locked!=null||e.mapcount!==s.mapcount,this.pages.set(e.id,s)}}meetVma(t){let e=this.vmas.get(t.id)??
{...t,addresses:new Set};if(t.inserted)for(let s of t.cells)e.addresses.add(s.address);e.start=Math.
min(e.start,t.start),this.vmas.set(t.id,e)}meetLock(t){let e=this.locks.get(t.id)??{...t,used:!1,waited:!1};
e.used||=t.owners.length>0||t.waiters.length>0,e.waited||=t.waiters.length>0,this.locks.set(t.id,e)}},
W=class{constructor(t){if(t.format!==2)throw new Error(`this run was recorded in format ${t.format},\
 and this stepper reads 2: run the cell again, or export the page again`);this.doc=t,this.world=new tt(
t),this.steps=[],this.path=[...t.run??[]],this.at=Math.min(t.at??0,this.path.length),this.orders=[]}get verdict(){
return this.isBeside?this.doc.beside?.verdict??null:this.doc.verdict}get decisive(){return this.driving||
this.isBeside?0:this.doc.decisive??0}get isBeside(){return this.doc.beside!==void 0&&String(this.path)===
String(this.doc.beside.run)}get driving(){return!!this.doc.drive}did(t){let e=this.doc.steps[t];return this.
steps[t]??={...this.doc.pool[e.did],to:e.to},this.steps[t]}stepAt(t){return t?this.did(this.path[t-1]):
null}get step(){return this.stepAt(this.at)}stateAt(t){return this.doc.states[this.stepAt(t)?.to??0]}get state(){
return this.stateAt(this.at)}view(t,e=this.at){return this.doc.pool[this.stateAt(e).views[t]]}picture(t=this.
at){let e=this.stateAt(t).picture;if(!e)return null;let s=Object.entries(e).map(([i,o])=>[i,o.map(n=>this.
doc.pool[n])]);return Object.fromEntries(s)}get roles(){let t=this.at;for(;t>0&&!this.stateAt(t).picture?.
moves.length;)t--;let e=this.picture(t)?.moves??[];if(!e.length)return this.doc.roles;let s={};for(let i of e)
s[i.source]="source",s[i.destination]="destination";return s}able(t){let e=this.view(t);return!!e.next&&
!e.waits}preempts(t){if(t<2)return!1;let e=this.did(this.path[t-2]).cpu,s=this.view(e,t-1);return this.
did(this.path[t-1]).cpu!==e&&!!s.next&&!s.waits}preemption(t){for(let e=this.at+t;e>0&&e<=this.path.
length;e+=t)if(this.preempts(e))return e;return t<0?0:this.path.length}keep(t){let e=t.findIndex(o=>!this.
doc.steps[o]),s=e<0?t:t.slice(0,e),i=[this.doc.run,this.doc.beside?.run??[]].map(String);return String(
s)===String(this.path)||!this.driving&&!i.includes(String(s))?!1:(this.path=[...s],this.orders=[],!0)}turn(t){
return this.path[this.at]===t?!1:(this.path.length=this.at,this.orders.length=Math.min(this.orders.length,
this.at+1),this.path.push(t),!0)}add(t,e,s){let{doc:i,world:o}=this;i.pool.push(...t.pool),i.states.
push(...t.states),i.steps.push(...t.steps),i.functions.push(...t.functions),s.moves??={},s.moves[e]=
t.step;let n=o.size;return o.grow(),n!==o.size}get schedule(){return this.path.slice(0,this.at).map(
t=>this.did(t).cpu)}get wrong(){return this.path.flatMap((t,e)=>this.did(t).findings.length?[e]:[])}console(t=this.
at){let e=[];for(let o of this.wrong.filter(n=>n<t)){let{cpu:n,findings:l}=this.did(this.path[o]);for(let[
h,c]of l){let p=h==="BUG"?c:`${h}: ${c}`;e.push(`[${String(o+1).padStart(5)}] CPU ${this.doc.cpus[n]}\
: ${p}`)}}let s=t===this.path.length?this.verdict:null,i=this.driving?this.stateAt(t).end:s;if(i?.outcome===
"fails"&&!e.some(o=>o.includes(i.message))){let o=i.kind==="promise"?"":`${i.kind}: `;e.push(`[end] ${o}${i.
message}`)}return e}gone(t){for(let e=0;e<this.at;e++)if((this.stateAt(e).picture?.vmas??[]).some(i=>this.
doc.pool[i].id===t))return!0;return!1}get order(){let t=this.at;for(;t>0&&!this.orders[t];)t--;let e=this.
orders[t]??[...this.world.vmas.keys()];for(let s=this.orders[t]?t+1:t;s<=this.at;s++){let i=this.picture(
s);i&&(e=Ut(e,i,this.doc.walked)),this.orders[s]=e}return e}get variables(){let t=new Map,e=new Map,
s=this.path.map(i=>this.did(i));for(let{reads:i={},writes:o={},taken:n=[]}of s){for(let l of[...Object.
keys(i),...Object.keys(o)])t.set(l,"?");for(let l of n)e.set(l,null)}for(let{reads:i={},writes:o={}}of s.
toReversed()){for(let[n,l]of Object.entries(i))t.set(n,l);for(let[n,[l]]of Object.entries(o))t.set(n,
l)}for(let{cpu:i,writes:o={},taken:n=[],dropped:l=[]}of s.slice(0,this.at)){for(let[h,[,c]]of Object.
entries(o))t.set(h,c);for(let h of n)e.set(h,i);for(let h of l)e.set(h,null)}return{values:t,locks:e}}};
function Ut(r,t,e){let s=new Map(t.avcs.map(n=>[n.id,n.vma])),i=t.anon_vmas.toSorted((n,l)=>+(l.id===
e)-+(n.id===e)||l.list.length-n.list.length),o=new Set(r);for(let n of i.toReversed()){let l=n.list.
flatMap(h=>s.get(h)??[]).filter(h=>o.has(h));r=Vt(r,l)}return r}function Vt(r,t){let e=new Set(t),s=[
...t];return r.map(i=>e.has(i)?s.shift()??i:i)}var ut=`:host{display:block}*{box-sizing:border-box}.stepper{--fs: 14px;--code: 13px;--small: 11px;-\
-line: 46;--gap: 6;--end: 30;--col: 116px;--tick: 16px;--carry: 34px;--walk: 64px;--cell: 44px;--car\
d: 376px;--bg: var(--jp-layout-color1, #ffffff);--ink: var(--jp-content-font-color0, #111111);--quie\
t: #555555;--rule: #c9c9c9;--sunk: #f4f4f2;--now: #e2e2de;--chip: #ffffff;--good: #00694d;--bad: #9c\
3d00;--ring: #009e73;--thread: #0072b2;--source: #e69f00;--destination: #56b4e9;--migration: #f0e442\
;--present: #e6e6e6;--cursor: #cc79a7;--lost: #d55e00;--focus: #0072b2;font:var(--fs) / 1.35 "Helvet\
ica Neue",Helvetica,Arial,"DejaVu Sans",sans-serif;color:var(--ink);background:var(--bg);position:re\
lative;display:flex;flex-direction:column;gap:8px;padding:8px 12px;border:1px solid var(--rule);bord\
er-radius:6px;height:var(--stepper-height, clamp(580px, 82vh, 900px));container-type:inline-size;tex\
t-align:left}.stepper[data-theme=dark]{--bg: var(--jp-layout-color1, #111111);--ink: var(--jp-conten\
t-font-color0, #f2f2f2);--quiet: #b9b9b9;--rule: #555555;--sunk: #1e1e1e;--now: #3a3a3a;--chip: #1a1\
a1a;--good: #5fd0ac;--bad: #ff9d5c;--ring: #35c79c;--thread: #56b4e9;--focus: #56b4e9}.stepper.page{\
height:var(--page-height, 100vh);min-height:540px;border:0;border-radius:0}.stepper:focus-visible,bu\
tton:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--focus);outline-offset:1px}.stepp\
er:focus:not(.page){outline:3px solid var(--focus);outline-offset:-3px}.stepper.page:focus-visible{o\
utline-offset:-3px}p,dl,pre{margin:0}button{font:inherit;color:inherit;background:var(--chip);border\
:1px solid var(--quiet);border-radius:6px;min-width:44px;min-height:44px;padding:0 8px;cursor:pointe\
r}button:hover:not([aria-disabled=true]){background:var(--now)}button[aria-disabled=true]{color:var(\
--quiet);border-style:dashed;border-color:var(--rule);cursor:default}button[aria-pressed=true]{backg\
round:var(--ink);color:var(--bg)}code,pre,.bounds{font-family:DejaVu Sans Mono,Menlo,Consolas,Courie\
r New,monospace}.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);\
white-space:nowrap}[hidden]{display:none!important}.badge{display:inline-flex;align-items:center;jus\
tify-content:center;width:1.5em;height:1.5em;flex:none;background:var(--ink);color:var(--bg);font-we\
ight:700;font-family:inherit;font-size:.93em;line-height:1;vertical-align:middle}.badge.round{border\
-radius:50%;background:var(--bg);color:var(--ink);border:2.5px solid var(--ink)}.badge.diamond{trans\
form:rotate(45deg) scale(.85)}.badge.diamond>span{transform:rotate(-45deg)}.badge.hexagon{clip-path:\
polygon(25% 0,75% 0,100% 50%,75% 100%,25% 100%,0 50%)}.head{display:flex;align-items:center;gap:12px\
;flex:none}.title{flex:1;font-size:1.15em;font-weight:700;margin:0;overflow:hidden;text-overflow:ell\
ipsis;white-space:nowrap}.tools{display:flex;flex-wrap:wrap;gap:4px;margin-bottom:10px}.more{positio\
n:absolute;z-index:5;top:58px;right:12px;max-width:min(46em,calc(100% - 24px));max-height:calc(100% \
- 70px);overflow:auto;background:var(--sunk);border:2px solid var(--ink);border-radius:6px;padding:1\
2px 16px}.more dl{display:flex;flex-wrap:wrap;gap:4px 24px}.more dl div{display:flex;gap:8px}.more d\
t{font-weight:700}.more dd{margin:0}.more p{margin-top:6px;color:var(--quiet)}.verdict{font-weight:7\
00;padding:6px 12px;border:3px solid var(--quiet);border-radius:6px;white-space:nowrap}.verdict.fail\
s{border-color:var(--lost)}.verdict.holds{border-color:var(--ring)}.verdict.open{border-style:dashed\
}.news{display:flex;gap:14px;align-items:flex-start;flex:none;height:3.2em;overflow:hidden}.number{f\
ont-weight:700;font-variant-numeric:tabular-nums;min-width:4.6em;font-size:1.25em;padding-top:1px}.w\
ords{flex:1;min-width:0}.said{font-size:1.15em;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-\
orient:vertical;overflow:hidden}.said .badge{font-size:.8em;margin-right:2px}.fatal{color:var(--bad)\
}.changes{color:var(--quiet);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.change{margi\
n-right:10px}.change:before{content:"\\394  ";color:var(--good);font-weight:700}.preempts span{border\
-left:3px dashed var(--ink);padding-left:6px;font-weight:700;white-space:nowrap}.panes{flex:1 1 0;mi\
n-width:0;display:grid;grid-template-columns:repeat(var(--cpus),minmax(0,1fr));gap:10px}.work{flex:1\
 1 0;min-height:118px;display:var(--aside, flex);gap:10px}.chart{flex:0 0 340px;display:flex;flex-di\
rection:column;min-width:0;border:2px solid var(--rule);border-radius:6px;overflow:hidden}.stepper:n\
ot(.hall).mapped .chart,.stepper.hall:not(.mapped) .chart{display:none}.chart .caption{padding:6px 1\
0px;font-weight:700}.chart .field{flex:1 1 0;min-height:60px;width:100%;cursor:pointer}.chart rect{f\
ill:var(--present);stroke:#767676;stroke-width:1;vector-effect:non-scaling-stroke}.chart rect.lost{f\
ill:var(--lost)}.chart rect.safe{fill:var(--ring)}.chart rect:hover{stroke:var(--ink);stroke-width:3\
}.way{fill:none;stroke:var(--ink);stroke-width:3;vector-effect:non-scaling-stroke;pointer-events:non\
e}.here{fill:var(--bg);stroke:var(--ink);stroke-width:3;vector-effect:non-scaling-stroke;pointer-eve\
nts:none}.legend{display:flex;flex-wrap:wrap;gap:2px 14px;padding:4px 10px;font-size:.92em}.legend s\
pan:before{content:"";display:inline-block;width:11px;height:11px;margin-right:5px;border:1px solid \
#767676;background:var(--present)}.legend .lost:before{background:var(--lost)}.legend .safe:before{b\
ackground:var(--ring)}.turns{flex:1 1 0;min-height:150px;overflow:auto}.glance .work,.glance .others\
{display:none}.turns table{width:100%;border-collapse:collapse}.turns caption{padding:4px 0;font-wei\
ght:700;text-align:left}.turns td,.turns th{padding:2px 8px;vertical-align:middle}.turns th{width:5e\
m}.turns td:nth-child(2){white-space:nowrap;width:1%}.turns button{white-space:nowrap;width:100%;min\
-height:32px;font-variant-numeric:tabular-nums}.turns .now{background:var(--now)}.part{padding:8px 0\
;font-weight:700}.ways{display:grid;grid-template-columns:1fr 1fr;gap:12px;align-items:start}b.hand{\
padding:1px 6px;border:1.5px solid #000;border-radius:3px;background:var(--migration);color:#000}.pa\
ne{display:flex;flex-direction:column;min-height:0;min-width:0;border:2px solid var(--rule);border-r\
adius:6px;overflow:hidden}.pane.acting{border-color:var(--ink)}.who{min-height:36px;display:flex;ali\
gn-items:center;gap:8px;padding-left:10px;flex:none}.who strong{font-size:1.1em;white-space:nowrap}s\
trong,.label,.title,.lane,select{unicode-bidi:isolate}.callers{flex:1 1 0;min-width:0;display:flex;j\
ustify-content:flex-end;overflow:hidden;mask-image:linear-gradient(to right,transparent,#000 2em);wh\
ite-space:nowrap;color:var(--quiet);font:calc(var(--code) - 1px) "DejaVu Sans Mono",Menlo,Consolas,m\
onospace}select{flex:0 1 auto;min-width:0;min-height:36px;max-width:60%;margin-right:6px;font:700 ca\
lc(var(--code) - 1px) "DejaVu Sans Mono",Menlo,Consolas,monospace;color:inherit;background:var(--chi\
p);border:0;box-shadow:inset 0 -3px var(--ink)}.locals{flex:1 1 0;min-width:0;padding:4px 10px;overf\
low:hidden;text-overflow:ellipsis;white-space:nowrap;text-align:right;font-size:var(--code);color:va\
r(--quiet)}.locals span{margin-left:1.2em}.locals b{color:var(--ink)}.now-at{flex:none;display:flex;\
min-height:2.1em;border-top:1px solid var(--rule)}.line.more{display:none}.code{flex:1 1 calc(var(--\
lines) * 1.5 * var(--code) + 6px);overflow-y:auto;background:var(--sunk);position:relative;padding:2\
px 0}.line{display:flex;font-size:var(--code);line-height:1.5;border-left:5px solid transparent}.lin\
e .no{position:relative;flex:none;width:3.3em;text-align:right;color:var(--quiet);padding-right:.9em\
;font-family:DejaVu Sans Mono,Menlo,Consolas,monospace;user-select:none}.line code{flex:1;min-width:\
0;padding-left:calc((var(--indent) + 6) * 1ch);text-indent:-6ch;white-space:pre-wrap;overflow-wrap:a\
nywhere;padding-right:6px;font-size:1em}.line.first{position:sticky;top:-2px;background:var(--sunk);\
box-shadow:0 1px var(--rule);z-index:1}.line.first code,.line.doc code{white-space:nowrap;overflow:h\
idden;text-overflow:ellipsis}.line.doc code{color:var(--quiet)}.line.done{border-left:5px double var\
(--quiet)}.line.done .no:before{content:"\\2713";position:absolute;left:2px;color:var(--ink)}.line.no\
w{background:var(--now);border-left-color:var(--ink);font-weight:700}.line.now .no{color:var(--ink)}\
.line.now .no:before{content:"\\25b6";position:absolute;left:2px}.next{flex:0 1 auto;min-width:40%;pa\
dding:4px 10px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.next.waits{border-left:5px\
 dotted var(--ink)}.others,.many .pane{display:none}.many .pane.looked{display:flex;flex:1}.many .pa\
nes{display:flex}.many:not(.glance) .others{display:block;flex:0 2 auto;min-height:60px;max-height:8\
em;overflow:auto}.many .other{display:flex;align-items:center;gap:8px;white-space:nowrap}.choices{di\
splay:flex;gap:8px;align-items:stretch;flex:none}.choices .ask{align-self:center;font-weight:700}.ch\
oices button{display:flex;align-items:center;gap:8px;flex:1 1 0;min-width:0;border-width:2px;border-\
color:var(--ink);text-align:left}.choices button[aria-disabled=true]{border-color:var(--rule)}.choic\
es button>span:last-child{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overf\
low:hidden;line-height:1.1}.choices .hint{flex:0 0 auto;border-width:1px}button.hinted{outline:4px s\
olid var(--ring);outline-offset:1px}.choices button.hinted:after{content:"\\25c0  hint";font-weight:7\
00;margin-left:auto;white-space:nowrap}.pane,.code,.timeline,.news{contain:content}.grid{contain:lay\
out style}.state{flex:0 1 auto;min-height:100px;max-height:48%;overflow:auto;padding:10px 4px 3px 2p\
x;margin-top:-6px;display:flex;flex-wrap:wrap;gap:6px 24px;align-items:flex-start}.grid{position:rel\
ative;--slot: max(var(--cell), calc(var(--digits, 3) * .6 * var(--small) + 5px));--ends: max(0px, (v\
ar(--digits, 3) - 5) * 1.25em);--least: calc( var(--columns) * var(--col) + var(--carry) + var(--wid\
e) * (var(--slot) + 3px) + var(--card) + var(--ends) + var(--walk) );flex:1 1 var(--least);min-width\
:var(--least);max-width:calc(var(--columns) * var(--col) + var(--carry) + var(--wide) * max(63px,var\
(--slot) + 3px) + var(--card) + var(--ends) + var(--walk))}.state.plain{min-height:44px}.stepper:not\
(.page,.deck,.hall):has(.state.plain){height:auto;max-height:var(--stepper-height, clamp(580px, 82vh\
, 900px))}.stepper:not(.page,.deck,.hall):has(.state.plain) :is(.work,.turns){flex:0 1 auto}.state.p\
lain~.work:has(.chart){min-height:240px}.strip{flex:1 1 230px;display:var(--aside, flex);flex-wrap:w\
rap;gap:6px 8px;align-items:flex-start;align-content:flex-start}.grid>*{margin-right:var(--walk)}.he\
ads{position:relative;height:46px}.family{position:absolute;top:0;right:calc((var(--column) - 1) * v\
ar(--col));width:calc(var(--col) - 6px);height:44px;border:1.5px solid var(--ink);border-radius:6px;\
display:flex;flex-direction:column;align-items:center;justify-content:center;background:var(--chip);\
line-height:1.2}.family .name{font-size:.95em}.family .lock{padding:0;gap:3px;min-height:20px;backgr\
ound:none;outline:none}.family .lock,.family .lock.held{border:0}.rootless{color:var(--quiet);font-s\
ize:.85em}.lock,.pageframe,.variable{position:relative;display:var(--aside, inline-flex);align-items\
:center;gap:5px;border:1.5px dashed var(--rule);border-radius:5px;padding:1px 7px;background:var(--c\
hip);font-size:.92em;white-space:nowrap;min-height:26px}.lock.held{border:2px solid var(--ink)}.lock\
 .badge,.pageframe .badge,.variable .badge{font-size:.78em}.pageframe,.variable{border-style:solid}.\
label{font-weight:700}.lock:not(.held) .label{font-weight:400}.free{color:var(--quiet)}.waiters{disp\
lay:inline-flex;align-items:center;gap:3px}:is(.family,.ptls) .word{display:none}.rows{position:rela\
tive;margin-top:6px}.thread{position:absolute;top:-8px;bottom:6px;right:calc((var(--column) - 1) * v\
ar(--col) + var(--col) / 2 + 2px);border-left:3px dashed var(--thread)}.thread:after{content:"";posi\
tion:absolute;bottom:-6px;left:-7.5px;border:6px solid transparent;border-top:9px solid var(--thread\
);border-bottom:0}.row{position:absolute;left:0;right:0;top:0;transition:transform .18s}.ends{positi\
on:absolute;left:0;right:0;top:0;height:26px}.card{position:absolute;inset:0 calc(var(--columns) * v\
ar(--col) + var(--carry)) 0 0;display:flex;align-items:center;gap:10px;border:1.5px solid var(--ink)\
;border-radius:6px;background:var(--chip);padding-right:6px;overflow:clip;overflow-clip-margin:14px}\
.letter{flex:none;align-self:stretch;display:flex;align-items:center;justify-content:center;min-widt\
h:2.4em;padding:0 8px;gap:4px;background:var(--present);color:#000;font-size:1.1em}.grid:has(.famili\
es){--card: 430px;--cell: 52px}.hall .grid:has(.families){--card: 420px;--col: 116px}.hall .families\
 .bounds{display:none}.families .letter{min-width:4.9em}.source .letter{background:var(--source);bor\
der-right:3px double #000}.destination .letter{background:var(--destination);border-right:3px solid \
#000}.role{flex:none;width:6.3em;font-weight:700}.bounds{flex:none;width:max(10.5em,calc((2 * var(--\
digits, 3) + 4) * .61em));line-height:1.25;font-size:.95em;white-space:nowrap}.bounds small{display:\
var(--aside, block);font-size:var(--small);color:var(--quiet)}.cells{display:grid;grid-template-colu\
mns:repeat(var(--wide),minmax(var(--slot),60px));gap:3px;flex:0 1 calc(var(--wide) * 63px);min-width\
:min-content}.cell{position:relative;display:flex;flex-direction:column;justify-content:center;text-\
align:center;border:1.5px solid #000;color:#000;line-height:1.15;height:calc(var(--line) * 1px - 8px\
);border-radius:3px}.cell small{font-size:var(--small)}.cell>span{font-weight:700;font-family:DejaVu\
 Sans Mono,Menlo,Consolas,monospace;white-space:nowrap}em{font-style:normal;font-weight:400;font-siz\
e:max(var(--small),.86em)}.cell.none{background:none;border:1.5px dashed var(--quiet);color:var(--qu\
iet)}.cell.none>span{font-weight:400}.cell.present{background:var(--present)}.cell.zero{background:v\
ar(--present);border-style:double;border-width:3px}.cell.migration{background:var(--migration);borde\
r-width:3px}.cell.stale{background:var(--lost);border-style:dashed}.cell.outside{border:1px dotted v\
ar(--rule);color:var(--quiet);background:none}.carry{position:absolute;right:calc(var(--columns) * v\
ar(--col) + var(--carry) / 2 - 4px);border-left:8px solid;width:0;z-index:1;pointer-events:none}.car\
ry:before{content:"";position:absolute;left:-18px;border:14px solid transparent}.carry.up{color:var(\
--lost)}.carry.up:before{top:-8px;border-bottom:18px solid;border-top:0}.carry.down{color:var(--ring\
)}.carry.down:before{bottom:-8px;border-top:18px solid;border-bottom:0}.carry span{position:absolute\
;top:50%;left:-4px;transform:translate(-50%,-50%);background:var(--bg);color:var(--ink);font-size:.8\
5em;line-height:1.1;text-align:center;padding:0 3px}.stepper:not(.hall) .grid.single{--carry: 96px}.\
hall .grid{max-width:none}.carry b{display:block;white-space:nowrap}.carry .hand{position:absolute;t\
op:50%;left:-4px;transform:translate(-50%,-50%);padding:4px 8px;border:3px solid #000;border-radius:\
3px;background:var(--migration);color:#000;font:700 1em DejaVu Sans Mono,Menlo,Consolas,monospace;wh\
ite-space:nowrap}.carry .hand small{display:block;font:400 var(--small) / 1.1 sans-serif}.row.gone .\
card{border:1.5px dotted var(--quiet);color:var(--quiet)}.row.gone .letter{background:none;color:inh\
erit;border-right:1px dotted var(--quiet)}.gone{color:var(--quiet)}.family.gone,.pageframe.gone,.loc\
k.gone{border-style:dotted;border-color:var(--quiet)}.link{position:absolute;top:50%;left:calc(100% \
- var(--columns) * var(--col) - var(--carry));right:calc((var(--column) - 1) * var(--col) + var(--co\
l) / 2);border-top:2px solid var(--ink)}.crossing{position:absolute;top:calc(50% - 15px);right:calc(\
(var(--column) - 1) * var(--col) + var(--col) / 2 - 12px);height:30px;display:flex;align-items:cente\
r}.knot{width:30px;height:30px;border-radius:50%;border:2px solid var(--ink);background:var(--bg);di\
splay:flex;align-items:center;justify-content:center;font-weight:700;position:relative}.knot.loose{b\
order-style:dashed}.cursor{position:absolute;z-index:1;left:32px;height:30px;padding:0 8px 0 18px;di\
splay:flex;align-items:center;gap:4px;font-weight:700;white-space:nowrap;background:var(--cursor);co\
lor:#000;clip-path:polygon(14px 0,100% 0,100% 100%,14px 100%,0 50%)}.cursor .badge{color:#000;backgr\
ound:#fff;border-color:#000}.cursor .badge.square{color:#fff;background:#000}.end .cursor{left:6px}.\
walked .knot{background:var(--cursor);color:#000;border-width:3px}.end{position:absolute;right:calc(\
(var(--column) - 1) * var(--col) + var(--col) / 2 - 22px);width:10px;height:26px}.changed{outline:3p\
x solid var(--ring);outline-offset:1px}.row.changed{outline:0}.row.changed .card{outline:3px solid v\
ar(--ring)}.cell.changed:after,.bounds.changed:after,.lock.changed:after,.pageframe.changed:after,.k\
not.changed:after,.family.changed:after,.variable.changed:after{content:"\\394";position:absolute;top\
:-9px;right:-4px;background:var(--ring);color:#000;font:700 12px/14px sans-serif;padding:0 3px;borde\
r-radius:3px;z-index:2}.bounds{position:relative}.family .lock.changed:after{top:-16px;right:auto;le\
ft:-4px}.table{overflow:auto}.table table{border-collapse:collapse;margin-bottom:8px}th,td{border:1p\
x solid var(--rule);padding:4px 10px;text-align:left}.console{flex:none;background:var(--sunk);borde\
r-left:5px solid var(--lost);padding:4px 10px;font-size:var(--code);height:2.1em;overflow:auto;white\
-space:pre-wrap;font-weight:700}.console.quiet{color:var(--quiet);border-left-color:var(--rule);font\
-weight:400}.foot{display:flex;align-items:center;gap:12px;flex:none}.controls{display:flex;gap:4px}\
.timeline{flex:1;min-width:0;display:flex;gap:8px}.timeline,.scroll{padding-bottom:3px;margin-bottom\
:-3px}.lanes{display:grid;grid-template-rows:16px repeat(var(--lanes),var(--tick));row-gap:4px}.lane\
{display:flex;align-items:center;gap:5px;font-size:.85em;white-space:nowrap}.lane .badge{font-size:.\
78em}.scroll{flex:1;min-width:0;overflow-x:auto;scrollbar-width:thin}.track{display:grid;grid-templa\
te-columns:repeat(var(--steps),minmax(7px,1fr));grid-template-rows:16px repeat(var(--lanes),var(--ti\
ck));row-gap:4px;cursor:pointer;touch-action:pan-y;position:relative;min-height:48px}.tick{border:1.\
5px solid var(--quiet);background:none;margin:0 1px;border-radius:2px;text-align:center;line-height:\
1;font-weight:700;font-size:11px;overflow:hidden}.tick.past{background:var(--quiet);color:var(--bg)}\
.tick.current{background:var(--ink);outline:3px solid var(--ring)}.tick.wrong{border:3px solid var(-\
-lost)}.break{grid-row:2 / span var(--lanes);border-left:3px dashed var(--ink);margin-left:-2px;poin\
ter-events:none;height:100%}.marker{grid-row:1;font-weight:700;font-size:12px;line-height:15px;justi\
fy-self:center;white-space:nowrap;width:0;display:flex;justify-content:center;paint-order:stroke;-we\
bkit-text-stroke:4px var(--bg)}.marker.before{justify-self:start;justify-content:flex-start}.decisiv\
e{grid-row:1 / span calc(var(--lanes) + 1);border-right:3px solid var(--lost);justify-self:end;margi\
n-right:-2px;padding-top:0;width:0;pointer-events:none;color:transparent}.stepper.hall{--fs: 22px;--\
code: 22px;--small: 18px;--line: 56;--gap: 5;--end: 18;--col: 150px;--cell: 62px;--card: 590px;--car\
ry: 44px;gap:5px;padding:5px 12px}.hall:not(.page){height:720px}.hall .title,.hall .said,.hall .numb\
er,.hall .letter{font-size:22px}.hall .news{height:30px}.hall .number{min-width:4em}.hall .said{-web\
kit-line-clamp:1;line-height:28px}.hall .changes,.hall .preempts{display:none}.hall .panes{display:f\
lex}.hall .pane{display:none}.hall .pane.looked{display:flex;flex:1}.hall .others{display:block;flex\
:none}.hall .other{display:flex;align-items:center;gap:10px;white-space:nowrap;overflow:hidden;min-h\
eight:32px;font-size:22px}.hall .other code{font-size:22px;overflow:hidden;text-overflow:ellipsis}.h\
all .other>span:last-child{flex:none}.hall .who{font-size:22px;min-height:31px}.hall select{min-heig\
ht:31px}.hall .callers,.hall select,.hall .locals{font-size:22px}.hall .line{line-height:1.3}.hall.d\
riving .next{display:none}.hall .next{font-size:22px;line-height:28px;padding:0 10px;min-height:29px\
}.hall .locals{padding:0 10px;line-height:28px}.hall .lock,.hall .pageframe,.hall .bounds,.hall .fam\
ily .name,.hall .rootless,.hall .variable,.hall .lane{font-size:22px}.hall .badge{font-size:20px;min\
-width:26px;height:26px;width:26px}.hall .bounds{width:max(9em,calc((2 * var(--digits, 3) + 4) * .61\
em));line-height:1.15}.hall .cell{line-height:1;height:50px}.hall .cells{grid-template-columns:repea\
t(var(--wide),minmax(var(--slot),78px));flex-basis:calc(var(--wide) * 81px)}.hall .cell>span{font-si\
ze:22px}.hall .cell.stale>span{letter-spacing:-1px}.hall .changed:after{font-size:18px!important;lin\
e-height:18px!important}.hall .strip{order:-1;flex:0 0 calc(100% - var(--columns) * var(--col) - var\
(--walk));min-height:50px;gap:4px 8px}.hall .grid{flex-basis:100%;margin-top:-56px}.hall .now-at{min\
-height:29px}.hall.driving .now-at{display:none}.hall .family{height:50px;line-height:1}.hall .famil\
y :is(.lock,.waiters){gap:0 4px}.hall .rows{margin-top:8px}.hall .thread{top:-4px}.hall .console{fon\
t-size:20px;height:32px;padding:2px 10px}.hall .lane{line-height:1}.hall .lane .badge{width:22px;min\
-width:22px;height:22px;font-size:18px}.hall .lanes,.hall .track{grid-template-rows:0 repeat(var(--l\
anes),22px);row-gap:3px}.hall .marker{display:none}.hall .tick{font-size:18px}.hall .state{max-heigh\
t:47%}.hall button,.hall .carry span{font-size:22px}.hall .choices button>span:last-child{display:bl\
ock;text-overflow:ellipsis;white-space:nowrap}.hall .choices button.hinted:after{content:"\\25c0"}.st\
epper.deck{height:100%;border:0}.deck .head{align-items:flex-start;padding-top:2px;padding-right:var\
(--deck-bar, 0)}.deck .opener{display:none}.deck .title{padding-top:var(--deck-heading);font-size:18\
px;font-weight:400;color:var(--quiet)}.deck .verdict{padding:4px 10px}.deck.driving .verdict{font-si\
ze:18px}@container (max-width: 1100px){.hall .role{display:none}.hall .grid{--card: 440px}.hall .gri\
d:has(.families){--card: 280px}.hall .news{height:56px}.hall .said{-webkit-line-clamp:2;line-height:\
27px}.hall .choices button>span:last-child{white-space:normal}.choices button.hinted:after{content:"\
\\25c0"}}@container (max-width: 1000px){.chart{flex-basis:230px}.hall .bounds{display:none}.hall .gri\
d{--card: 260px}}@container (max-width: 860px){.role{font-size:var(--small);width:6.7em}.hall .choic\
es .ask{display:none}.hall .state{zoom:.75}.hall .console{font-size:13px}.title{font-size:1em}.bound\
s{width:max(8em,calc((2 * var(--digits, 3) + 4) * .61em))}.card{gap:6px}}@container (min-width: 621p\
x){.stepper:not(.hall) .grid+.strip{order:-1;flex:0 0 100%;padding-right:max(100% - (var(--card) + v\
ar(--carry) + var(--wide) * 63px),var(--columns) * var(--col) + var(--walk));min-height:58px;margin-\
bottom:-52px}.stepper:not(.hall) .grid{flex-basis:100%}.still .role{display:none}.stepper:not(.hall)\
 .grid.still:has(.families){--card: 374px;--carry: 10px;--walk: 8px;--col: 100px}}@container (min-wi\
dth: 621px) and (max-width: 1000px){.stepper:not(.hall) .state:has(.families)>*{--card: 230px;--ends\
: 0px;--cell: 48px;--col: 100px;--walk: 34px}.stepper:not(.hall) .grid.still:has(.families){--card: \
300px}.stepper:not(.hall) .families :is(.bounds,.cursor>span:last-child){display:none}}@container (m\
ax-width: 620px){.panes{grid-template-columns:minmax(0,1fr)}.pane,.chart{display:none}.pane.looked{d\
isplay:flex}.lane>span:not(.badge){display:none}.head,.foot{flex-wrap:wrap;gap:6px}.title{flex:1 0 1\
00%}.verdict{margin-right:auto;white-space:normal}.timeline{flex-basis:100%}.console{height:3.6em}.c\
ode{flex-basis:calc(var(--lines) * 2.25 * var(--code) + 6px)}.news{height:5.5em;gap:6px}.number{min-\
width:3.6em;font-size:1em}.changes{white-space:normal}.said{font-size:1em;-webkit-line-clamp:3}.pree\
mpts{display:none}.hall .grid{--card: 150px;--carry: 30px;--col: 78px;--walk: 44px}.stepper:not(.hal\
l) .grid,.stepper:not(.hall) .grid.single{--card: 96px;--ends: 0px;--carry: 22px;--col: 52px;--walk:\
 34px;--cell: 36px}.stepper:not(.hall) .grid:has(.families){--card: 118px;--col: 40px}.families .kno\
t{transform:scale(.85)}.role,.bounds,.ptls .label,.ptls .free,.cursor>span:last-child,.rootless{disp\
lay:none}.letter,.families .letter{min-width:0;padding:0 5px}.card{gap:4px;padding-right:3px}.ptls .\
lock{padding:1px 3px}.stepper:not(.hall) .cell>span{font-size:12px;letter-spacing:-.5px}.cursor{padd\
ing:0 4px 0 14px}.family{width:calc(var(--col) - 2px);font-size:.8em}.family .lock .label{display:no\
ne}.ways{grid-template-columns:1fr}.carry span,.carry .hand small{display:none}.stepper:not(.hall) .\
grid{max-width:var(--least)}.stepper:not(.hall) .cells{grid-template-columns:repeat(var(--wide),var(\
--slot));flex-basis:auto}.locals,.choices .ask{display:none}.cell.migration{border-width:2px}.steppe\
r:not(.hall) .cell.migration>span{letter-spacing:-1px}.ptls .lock:not(.held,.changed){visibility:hid\
den}.driving .state{flex:none;max-height:none}.driving .foot{flex-wrap:nowrap}.driving .timeline{fle\
x-basis:0}.driving .console.quiet{display:none}.driving .work{order:1}.choices{display:grid;grid-tem\
plate-columns:minmax(0,1fr) auto}.choices .hint{grid-column:2;grid-row:1 / span 2}}@media(max-height\
:760px){.driving:not(.hall) .now-at{display:none}}@media(max-height:800px)and (min-width:701px){.ste\
pper:not(.hall):has(.families){--line: 40;--gap: 4;--end: 26;gap:5px;padding:5px 12px}.stepper:not(.\
hall):has(.families) .cell{line-height:1}.stepper:not(.hall,.driving):has(.families) .state{max-heig\
ht:56%}.stepper:not(.hall,.driving):has(.families) .work{min-height:104px}}@media(max-height:760px)a\
nd (min-width:701px){.driving:not(.hall) .state{flex:none;max-height:none}.driving:not(.hall) .work{\
min-height:0}.driving:not(.hall) .console{height:auto;max-height:4em}.driving:not(.hall) .console.qu\
iet{display:none}}@media(max-height:640px){.stepper.page .work{min-height:104px}}@media(max-width:70\
0px){.stepper:not(.hall,:has(.state.plain)),.stepper.page{min-height:var(--stepper-height, 720px)}.h\
all.page{min-height:700px}.driving:not(.hall){height:auto}.stepper:not(.page,.deck,.hall):has(.state\
.plain){max-height:none}}@media(min-width:1600px)and (min-height:880px){.stepper.page{zoom:1.4;heigh\
t:var(--page-height, calc(100vh / 1.4))}}@media(prefers-reduced-motion:reduce){.row{transition:none}\
}@media(forced-colors:active){.stepper{--ink: CanvasText;--bg: Canvas;--rule: GrayText;--quiet: Canv\
asText;--chip: Canvas;--sunk: Canvas;--now: Highlight;--ring: Highlight}.cell,.letter,.line.now,.tic\
k,.badge,.carry,.cursor,.thread{forced-color-adjust:none}.line.now,.line.now .no{color:HighlightText\
}}@media print{.stepper{height:auto;border:0}.controls,.tools{display:none}}
`;var Kt=800,gt=64,_=class{run;news;choices;state;panes;timeline;tools;turns;chart;root;back;player;on;looked=null;frames={};hinted=!1;asking=null;kept=[];chosen=null;playing;measured=null;constructor(t,e,s={}){
this.host=t,this.options=s,t.dataset.lmSuppressShortcuts="true",this.shadow=t.shadowRoot??t.attachShadow(
{mode:"open"});let i=new CSSStyleSheet;i.replaceSync(ut),this.shadow.adoptedStyleSheets=[i],this.themes=
new MutationObserver(()=>this.theme());let o=["data-jp-theme-light","class"];this.themes.observe(document.
body,{attributes:!0,attributeFilter:o}),this.sizes=new ResizeObserver(()=>this.resized()),this.load(
e)}load(t){this.play(!1),this.run=new W(t),this.looked=null,this.frames={},this.hinted=!1,this.forget(),
this.build(),this.draw()}get doc(){return this.run.doc}get at(){return this.run.at}get driving(){return this.
run.driving}get verdict(){return this.news.verdict}get isHall(){return this.root.classList.contains(
"hall")}get shownCpu(){let{run:t}=this,e=t.step?.cpu??(t.path.length?t.did(t.path[0]).cpu:0);return this.
looked??e}go(t){let e=Math.max(0,Math.min(this.run.path.length,t));e!==this.run.at&&(this.run.at=e,this.
looked=null,this.frames={},this.hinted=!1,this.draw(),this.options.moved?.(this.run.at,this.run.path))}resume(t,e){
this.run.keep(t)&&this.timeline.build(),this.go(e)}close(){this.play(!1),this.themes.disconnect(),this.
sizes.disconnect()}play(t=!this.playing){clearInterval(this.playing),this.playing=void 0,t&&!this.driving&&
(this.run.at===this.run.path.length&&this.go(0),this.playing=window.setInterval(()=>{this.go(this.run.
at+1),(this.run.at===this.run.path.length||!this.root.isConnected)&&this.play(!1)},Kt)),this.player&&
(this.player.children[0].textContent=this.playing?"stop":"play",this.player.title=this.playing?"Paus\
e (space)":"Play (space)")}async choose(t){let{run:e}=this;if(t>=e.doc.cpus.length)return;if(!this.driving){
this.looked=t,this.frames={},this.draw();return}if(!e.able(t))return;let{at:s,state:i}=e;if(!(i.moves?.[t]==
null&&!await this.ask(t)))for(e.at===s&&e.state===i&&(e.turn(i.moves?.[t]??0)&&this.timeline.build(),
this.go(e.at+1));!this.asking&&this.kept.length;)this.kept.shift()?.()}act(t,e=!1){e&&this.asking?.late&&
this.forget(),this.asking?this.kept.length<gt&&this.kept.push(t):t(),(this.asking?.late||this.kept.length===
gt)&&this.news.unanswered(this.kept.length)}forget(){this.asking=null,this.kept=[]}async ask(t){if(!this.
options.ask)return!1;let{run:e}=this,{state:s}=e,i={late:!1};this.asking=i;let o=setTimeout(()=>{i.late=
this.asking===i,i.late&&this.news.unanswered(this.kept.length)},2e3),n=await this.options.ask(e.schedule,
t).catch(()=>null);return clearTimeout(o),i!==this.asking?!1:(this.asking=null,n?e.add(n,t,s)&&this.
state.build():(this.forget(),this.news.unanswered()),n!==null)}get ahead(){let{run:t}=this;return this.
driving&&t.step!==null&&t.able(t.step.cpu)}forward(){let{run:t}=this;t.at<t.path.length?this.go(t.at+
1):this.ahead&&t.step&&this.choose(t.step.cpu)}hint(){this.driving&&(this.hinted=!0,this.draw(),this.
choices?.focus())}key(t){if(t.ctrlKey||t.metaKey||t.altKey)return;t.stopPropagation();let e=t.composedPath()[0];
if(e instanceof HTMLSelectElement&&!/^(ArrowLeft|ArrowRight|Escape)$/.test(t.key))return;let i=t.key===
" "||t.key==="Enter";if(e instanceof HTMLButtonElement&&i)return;let{run:o}=this,n={ArrowRight:()=>this.
forward(),ArrowLeft:()=>this.go(o.at-1),ArrowUp:()=>this.go(o.preemption(-1)),ArrowDown:()=>this.go(
o.preemption(1)),Home:()=>this.go(0),End:()=>this.go(o.path.length)," ":()=>this.play(),l:()=>this.hall(),
h:()=>this.hint(),t:()=>this.asTable(),v:()=>this.inTurns(),m:()=>this.map(),"?":()=>this.tools.toggle(),
Escape:()=>this.release()},l=/^[1-9]$/.test(t.key),h=l?()=>this.choose(Number(t.key)-1):n[t.key];if(!h)
return;t.preventDefault(),t.key!==" "&&this.play(!1);let c=/^(Arrow(Left|Up|Down)|Home|End)$/.test(t.
key);c||l||/^(ArrowRight|h)$/.test(t.key)?this.act(h,c):h(),this.host.scrollIntoView({block:"nearest"})}release(){
this.tools.toggle(!1),this.shadow.activeElement instanceof HTMLElement&&this.shadow.activeElement.blur(),
this.host.blur(),this.host.closest(".jp-Notebook")?.focus()}hall(t=!this.isHall){this.root.classList.
toggle("hall",t),this.tools.press("hall",t),this.measured=null,this.draw()}asTable(){this.state.grid&&
(this.state.tabular=!this.state.tabular,this.tools.press("table",this.state.tabular),this.draw())}inTurns(){
let t=this.turns.root.hidden;this.turns.root.hidden=!t,this.root.classList.toggle("glance",t),this.tools.
press("turns",t),this.draw()}map(){let t=this.root.classList.toggle("mapped");this.tools.press("map",
t)}theme(){let{classList:t,dataset:e}=document.body,s=matchMedia("(prefers-color-scheme: dark)").matches,
i=e.jpThemeLight?e.jpThemeLight==="false":null,o=this.chosen??i??(t.contains("vscode-dark")||s);this.
root.dataset.theme=o?"dark":"light",this.options.page&&(document.documentElement.style.colorScheme=this.
root.dataset.theme),this.tools.press("theme",o)}build(){let{doc:t,driving:e,options:s}=this,i=this.root?.
classList.contains("hall");this.news=new N(this),this.choices=e?new j(this):null,this.state=new P(this),
this.panes=new O(this),this.timeline=new I(this),this.turns=new D(this),this.chart=t.drive?.whole?new q(
this):null,this.tools=new R(this,this.toolsOf());let o=t.title||"a recorded run",n=["stepper",s.page&&
"page",e&&"driving",t.cpus.length>3&&"many",i&&"hall"].filter(Boolean);this.root=a("div",{class:n.join(
" "),tabindex:"0",role:"group","data-lm-suppress-shortcuts":"true","aria-label":`Stepper: ${o}. Arro\
w keys step, ? shows all keys.`,onkeydown:l=>this.key(l)},a("div",{class:"head"},a(s.page?"h1":"p",{
class:"title"},o),this.news.verdict,this.tools.opener),this.tools.root,this.news.root,this.choices?.
root,this.state.root,this.turns.root,a("div",{class:"work"},this.panes.root,this.chart?.root),this.panes.
others,this.news.console,a("div",{class:"foot"},this.buildControls(),this.timeline.root)),this.theme(),
this.shadow.replaceChildren(this.root),this.sizes.disconnect();for(let l of[this.root,...this.panes.
panes.map(h=>h.code)])this.sizes.observe(l)}toolsOf(){let t=[["home","|◀","Home","To the start",()=>this.
go(0)],["end","▶|","End","To the end",()=>this.go(this.run.path.length)],["turns","turns","v","The\
 run in turns",()=>this.inTurns()],["hall","hall","l","Layout for a hall",()=>this.hall()]];this.chart&&
t.push(["map","map","m","All that can happen",()=>this.map()]),this.state.grid&&t.push(["table","tab\
le","t","Show as a table",()=>this.asTable()]);let e=()=>{this.chosen=this.root.dataset.theme!=="dar\
k",this.theme()};return this.options.page&&t.push(["theme","dark","","Light or dark",e]),t}buildControls(){
let t=(s,i,o)=>S(s,i,()=>{i!=="play"&&this.play(!1),this.act(o,!0)});return this.back=t("One step ba\
ck (left arrow)","◀",()=>this.go(this.run.at-1)),this.player=this.driving?null:t("Play (space)","p\
lay",()=>this.play()),this.on=this.driving?null:t("One step on (right arrow)","▶",()=>this.forward()),
a("div",{class:"controls",role:"group","aria-label":"Steps"},this.back,this.player,this.on)}get measures(){
if(!this.measured){let t=getComputedStyle(this.root),e=s=>Number.parseFloat(t.getPropertyValue(s));this.
measured={line:e("--line"),gap:e("--gap"),end:e("--end")}}return this.measured}resized(){this.measured=
null,this.state.place(),this.panes.show()}draw(){let{run:t}=this,e=this.shadow.activeElement;this.news.
draw(),this.panes.draw(),this.choices?.draw(),this.state.draw(),this.turns.draw(),this.chart?.draw(),
this.timeline.draw(),y(this.back,t.at>0),this.on&&y(this.on,t.at<t.path.length);let s=this.shadow.activeElement?.
checkVisibility();e&&!s&&this.root.focus({preventScroll:!0})}};function ft(r,t,e={}){return Gt(r,()=>new _(r,t,e))}function Gt(r,t){try{return t()}catch(e){let s=e instanceof
Error?e.message:String(e),i=a("p",{role:"alert"},`This stepper cannot be drawn: ${s}.`);throw(r.shadowRoot??
r).replaceChildren(i),e}}function mt(r="0"){return JSON.parse(document.getElementById(`document-${r}`)?.
textContent??"null")}var B=r=>v(r,".stepper-host");function U(r){return r.querySelector(":scope > template")?.content}function et(r,t,e){
let s=r.importNode(t,!0);s.className=`${t.className} preview`;for(let i of s.querySelectorAll(e))i.remove();
for(let i of["id","tabindex"])for(let o of[s,...s.querySelectorAll(`[${i}]`)])o.removeAttribute(i);return s}
function V(r){let t=et(document,r,"template, .stepper-host, .handout");return t.classList.remove("cu\
rrent"),t}var F=class{window=null;parts;talk;ticking;constructor(t){this.deck=t,this.began=Number(t.kept("bega\
n"))||null}get page(){return this.window&&!this.window.closed?this.window.document:null}start(){return this.
began=Date.now(),this.deck.kept("began",this.began),this.began}close(){this.window?.close()}open(){if(this.
window&&!this.window.closed){this.window.focus();return}this.window=open("","","width=1280,height=80\
0");let{page:t,deck:e}=this;if(!t){e.tell("the browser did not open a second window");return}t.title=
`Speaker: ${document.title}`,t.documentElement.lang="en";let s=[...document.querySelectorAll("head >\
 style")];t.head.append(...s.map(p=>t.importNode(p,!0))),t.body.className="speaker";let i=(p,d,u)=>{
let m=t.createElement(p);return m.className=d,u&&m.setAttribute("aria-label",u),m},o=(p,d)=>{let u=t.
createElement("button");return u.textContent=p,u.onclick=d,u},n={title:i("h1","title"),now:i("sectio\
n","now","On the screen"),notes:i("section","notes","Notes"),next:i("section","next","Next"),plan:i(
"section","plan","Plan"),time:i("p","time"),pace:i("p","pace")};this.parts=n,this.talk=o("",()=>e.toShort());
let l=o("start again at 0:00",()=>{this.start(),this.tick()}),h=i("section","clock","Clock");h.append(
n.time,n.pace,l,this.talk);let c=i("main","");c.append(n.title,h,n.now,n.notes,n.plan,n.next),t.body.
append(c),t.addEventListener("keydown",p=>e.key(p,t)),clearInterval(this.ticking),this.ticking=window.
setInterval(()=>this.tick(),1e3),this.tell()}tell(){let{page:t,deck:e,parts:s}=this;if(!t)return;let{
section:i,sections:o,at:n}=e;t.body.dataset.jpThemeLight=document.body.dataset.jpThemeLight;let l=document.
body.classList.contains("blank")?" · THE SCREEN IS BLANK (b)":"",h=i.getAttribute("aria-label");s.title.
textContent=`${n+1} / ${o.length}  ${h}${l}`,this.talk.textContent=e.short?"to the long talk (s)":"t\
o the short talk (s)",this.talk.hidden=!e.hasShort,this.mirror(i,t);let c=U(i);s.notes.replaceChildren(
c?t.importNode(c,!0):"No notes."),this.tellNext(t);let p=0,d=o.map((u,m)=>{let x=a("li",{"aria-curre\
nt":u===i?"true":!1},a("span",{},L(p*60)),` ${m+1}  ${u.getAttribute("aria-label")}`);return p+=e.minutes(
u),x});s.plan.replaceChildren(t.importNode(a("ol",{},d),!0)),s.plan.querySelector("[aria-current]")?.
scrollIntoView({block:"center"}),this.tick()}tellNext(t){let{section:e,sections:s,at:i}=this.deck,o=e.
querySelectorAll(".fragment:not(.shown)").length,n=s[i+1],l=n?"Next":"This is the last slide",h=t.createElement(
"h2");if(h.textContent=o?`Next: ${o} more on this slide`:l,this.parts.next.replaceChildren(h),!n)return;
let c=a("div",{class:"thumb","aria-hidden":"true"},V(n));this.parts.next.append(t.importNode(c,!0))}mirror(t,e){
let s=et(e,t,"template, .still, .handout"),i=e.createElement("div");i.className="thumb",i.inert=!0,i.
append(s),this.parts.now.replaceChildren(i);let o=B(s);for(let[n,{shadow:l}]of this.deck.live.entries())
Yt(l,o[n],e)}tick(){let{deck:t,parts:e}=this;if(!this.page){clearInterval(this.ticking);return}let s=this.
began?(Date.now()-this.began)/1e3:0,i=p=>p.reduce((d,u)=>d+t.minutes(u),0)*60,o=i(t.sections.slice(0,
t.at+1)),n=i(t.sections),l=new Date().toTimeString().slice(0,5);e.time.textContent=`${L(s)}${n?` of ${L(
n)}`:""} · ${l}`;let h=s>o,c=h?`${L(s-o)} behind: leave this slide`:`leave this slide at ${L(o)}`;e.
pace.textContent=n?c:"",e.pace.classList.toggle("late",h)}};function Yt(r,t,e){let s=t.attachShadow(
{mode:"open"}),i=e.createElement("style"),o=r.adoptedStyleSheets.flatMap(h=>[...h.cssRules]);i.textContent=
o.map(h=>h.cssText).join(`
`),s.append(i,...[...r.children].map(h=>e.importNode(h,!0)));let[n,l]=[s.querySelectorAll(".code"),s.
querySelectorAll("select")];for(let[h,c]of r.querySelectorAll(".code").entries())n[h].scrollTop=c.scrollTop;
for(let[h,c]of r.querySelectorAll("select").entries())l[h].selectedIndex=c.selectedIndex}function L(r){
return`${Math.floor(r/60)}:${String(Math.floor(r%60)).padStart(2,"0")}`}var Jt=486,Xt=640,Qt=60,Zt=[["PageDown PageUp","turn the page, always; so does a swipe"],["→ ←",
"the stepper's while it has the focus (Esc gives it back), else turn the page"],["12 Enter","go to s\
lide 12"],["n","the speaker's window: this slide, the next, notes, clock, plan"],["s","the short tal\
k, and back to the long one"],["o","all slides"],["b","blank the screen"],["d","dark or light"],["l",
"hall size or desk size"],["f","full screen"],["p","print with the notes; without: the browser's own\
 command"]],K=class{steppers=new Map;hall=!0;small=!1;typed="";theme;section;scale=1;telling;constructor(){
this.all=v(document,"main > section"),this.short=this.kept("short")==="true"&&this.hasShort,this.speaker=
new F(this),this.number=a("span",{class:"number"}),this.progress=a("div",{class:"progress","aria-hid\
den":"true"}),this.dialog=a("dialog",{}),this.said=a("p",{class:"toast",role:"status"}),this.build(),
addEventListener("keydown",e=>this.key(e),{capture:!0}),addEventListener("hashchange",()=>this.follow()),
addEventListener("resize",()=>this.fit());let t=()=>requestAnimationFrame(()=>requestAnimationFrame(
()=>this.focus()));addEventListener("load",t),addEventListener("pagehide",()=>this.speaker.close()),
this.onPaper(),this.bySwipe(),this.fit(),this.follow()}kept(t,e){try{return e!==void 0&&sessionStorage.
setItem(t,String(e)),sessionStorage.getItem(t)}catch{return null}}get hasShort(){return this.all.some(
t=>t.dataset.short)}get sections(){return this.short?this.all.filter(t=>t.dataset.short):this.all}get at(){
return this.sections.indexOf(this.section)}get live(){return this.steppers.get(this.section)??[]}minutes(t){
return Number((this.short?t.dataset.short:t.dataset.minutes)??0)}build(){let t=(s,i,o)=>a("button",{
type:"button","aria-label":s,title:s,onclick:o},i),e=a("nav",{"aria-label":"Pages"},t("Keys (?)","?",
()=>this.help()),t("All slides (o)","▦",()=>this.overview()),t("Page back (PageUp)","◀",()=>this.
turn(-1)),this.number,t("Next page (PageDown)","▶",()=>this.turn(1)));document.body.append(e,this.
progress,this.dialog,this.said)}tell(t){this.said.textContent=t,clearTimeout(this.telling),this.telling=
window.setTimeout(()=>{this.said.textContent=""},4e3)}follow(){let[t,e]=te().split("/"),s=this.all.find(
n=>n.id===t),{sections:i}=this,o=i[Math.max(0,Number(t||1)-1)];this.show(s??o??i[i.length-1]),/^\d+$/.
test(e??"")&&this.live[0]?.go(Number(e))}fragments(){return v(this.section,".fragment").sort((e,s)=>Number(
e.dataset.order)-Number(s.dataset.order))}turn(t){document.body.classList.remove("blank");let e=this.
fragments(),s=e.filter(n=>n.classList.contains("shown")),i=t>0?e[s.length]:s.at(-1),o=this.sections[this.
at+t];i?(i.classList.toggle("shown",t>0),this.speaker.tell()):o&&(this.speaker.began||=this.speaker.
start(),this.show(o,t<0))}show(t,e=!1){this.short&&!t.dataset.short&&(this.short=!1),this.section=t;
for(let s of this.all)s.classList.toggle("current",s===t);for(let s of this.fragments())s.classList.
toggle("shown",e);this.number.textContent=`${this.at+1} / ${this.sections.length}`,this.progress.style.
width=`${100*(this.at+1)/this.sections.length}%`,this.mount(),this.fitContent(),t.scrollTop=0,this.focus(),
this.address(),this.speaker.tell()}focus(){(this.live[0]?.root??this.section).focus({preventScroll:!0})}mount(){
if(this.steppers.has(this.section))return;let t=()=>{this.address(),this.speaker.tell()};this.steppers.
set(this.section,B(this.section).map(e=>{let s=ft(e,mt(e.dataset.document),{moved:t});return s.root.
classList.add("deck"),s.hall(this.inHall),s}))}address(){let[t]=this.live,e=t?.at&&!t.driving?`/${t.
at}`:"";history.replaceState(null,"",`#${this.section.id}${e}`)}toShort(){if(!this.hasShort)return this.
tell("no slide belongs to a short talk");let t=this.all.slice(0,this.all.indexOf(this.section)+1);this.
short=!this.short,this.kept("short",this.short);let{sections:e}=this;this.show(t.findLast(i=>e.includes(
i))??e[0]);let s=e.reduce((i,o)=>i+this.minutes(o),0);return this.tell(`${this.short?"short":"long"}\
 talk: ${s} min`)}fit(){let t=this.inHall;this.small=innerWidth<Xt,this.scale=this.small?1:Math.min(
innerWidth/1280,innerHeight/720),document.body.classList.toggle("small",this.small),document.body.style.
setProperty("--scale",String(this.scale)),t!==this.inHall&&this.fitSteppers(),this.section&&this.fitContent()}get inHall(){
return this.hall&&!this.small}fitSteppers(){for(let t of[...this.steppers.values()].flat())t.hall(this.
inHall)}fitContent(){for(let e of["--picture","--grow"])this.section.style.removeProperty(e);if(this.
small)return;this.fitHeading(),[...this.section.querySelectorAll("figure:not(.still) > svg")].length?
this.grow("--picture",[1.8,1.6,1.4,1.3,1.2,1.1,1,.95,.9]):this.live.length||this.grow("--grow",[1.35,
1.25,1.15,1.08,1,.93,.86])}grow(t,e){let{section:s}=this,i=[...s.querySelectorAll(":not(svg *)")],o=n=>(s.
style.setProperty(t,String(n)),!i.some(h=>h.getBoundingClientRect().right>innerWidth-6*this.scale||h.
tagName==="PRE"&&h.scrollWidth>h.clientWidth+1)&&s.scrollHeight<=s.clientHeight);for(let n of["lines",
"words",""])if(s.dataset.kept=n,e.some(l=>(n!=="lines"||l>1.1)&&o(l)))break;delete s.dataset.kept}fitHeading(){
let[t]=this.live,e=this.section.querySelector(":scope > :is(h1, h2, h3):has(+ div > .stepper-host:fi\
rst-child)");if(!t||!e)return;let s=t.driving?Jt:t.verdict.offsetWidth,i=t.verdict.getBoundingClientRect().
right/this.scale;e.style.maxWidth=`${i-s-e.offsetLeft-16}px`,t.host.style.setProperty("--deck-headin\
g",`${e.offsetHeight}px`)}onPaper(){addEventListener("beforeprint",()=>{document.body.classList.remove(
"blank"),this.theme??=document.body.dataset.jpThemeLight,document.body.dataset.jpThemeLight="true"}),
addEventListener("afterprint",()=>{document.body.dataset.jpThemeLight=this.theme,this.theme=void 0;for(let t of document.
querySelectorAll(".paper-notes"))t.remove()})}printNotes(){for(let t of this.sections){let e=U(t)?.cloneNode(
!0);e&&t.append(a("aside",{class:"paper-notes"},e))}print()}bySwipe(){let t=null;addEventListener("t\
ouchstart",e=>{let s=xt(e,".stepper-host, pre, dialog, nav");t=e.touches.length===1&&!s?e.touches[0]:
null},{passive:!0}),addEventListener("touchend",e=>{if(!t)return;let[s]=e.changedTouches,[i,o]=[s.clientX-
t.clientX,s.clientY-t.clientY],n=Math.abs(i);n>Qt&&n>2*Math.abs(o)&&this.turn(-Math.sign(i))},{passive:!0})}key(t,e=document){
if(t.ctrlKey||t.metaKey||t.altKey)return;let s=()=>{t.preventDefault(),t.stopPropagation()};if(t.key===
"PageDown"||t.key==="PageUp"){s(),this.dialog.close(),this.turn(t.key==="PageDown"?1:-1);return}let o={
n:()=>this.speaker.open(),b:()=>this.blank(),".":()=>this.blank(),o:()=>this.overview(),d:()=>this.dark(),
F5:()=>this.full(),f:()=>this.full(),s:()=>this.toShort(),p:()=>this.printNotes()}[t.key],n=this.live.
find(c=>c.host===document.activeElement),l=xt(t,"button, a")&&[" ","Enter"].includes(t.key);if(this.
dialog.open&&!o){this.inDialog(t,s);return}if(n&&!o){e!==document&&n.key(t);return}let h=o??(l?null:
this.elsewhere(t.key));h&&(s(),h())}elsewhere(t){if(/^\d$/.test(t))return()=>this.type(t);let{typed:e}=this;
this.typed="";let{sections:s}=this,i=h=>()=>{this.tell(""),this.show(s[Math.min(h,s.length-1)])},[o,
n]=[()=>this.turn(1),()=>this.turn(-1)];return{ArrowRight:o,ArrowDown:o," ":o,ArrowLeft:n,ArrowUp:n,
Home:i(0),End:i(1/0),l:()=>this.size(),"?":()=>this.help(),Enter:Number(e)?i(Number(e)-1):void 0}[t]}type(t){
this.typed+=t,this.tell(`slide ${this.typed}: Enter`)}inDialog(t,e){let s=/^Arrow(?:(Right|Down)|Left|Up)$/.
exec(t.key),i=[...this.dialog.querySelectorAll("a")];if(!s||!i.length)return;e();let o=i.indexOf(document.
activeElement);i.at((o+(s[1]?1:-1))%i.length)?.focus()}blank(){document.body.classList.toggle("blank"),
this.speaker.tell()}dark(){let t=document.body.dataset.jpThemeLight!=="true";document.body.dataset.jpThemeLight=
String(t),this.speaker.tell()}full(){let t=()=>this.tell("no full screen here");document.fullscreenElement?
document.exitFullscreen():document.documentElement.requestFullscreen?.().catch(t)}size(){this.hall=!this.
hall,document.body.classList.toggle("desk",!this.hall),this.fitSteppers(),this.fitContent(),this.tell(
this.hall?"hall size":"desk size")}open(t,...e){let s=this.dialog.open&&this.dialog.getAttribute("ar\
ia-label")===t;this.dialog.close(),!s&&(this.dialog.setAttribute("aria-label",t),this.dialog.replaceChildren(
...e),this.dialog.showModal())}help(){let t=Zt.flatMap(([s,i])=>[a("dt",{},s),a("dd",{},i)]);this.open(
"Keys",a("h2",{},"Keys"),a("dl",{},t),a("p",{},"Each slide has an address, and so has each step of a\
 stepper: #slide/step."))}overview(){let t=(s,i)=>a("li",{},a("a",{href:`#${s.id}`,"aria-current":s===
this.section?"page":!1,onclick:()=>this.dialog.close()},a("span",{class:"thumb","aria-hidden":"true",
inert:!0},V(s)),a("span",{},`${i+1}  ${s.getAttribute("aria-label")}`)));this.open("All slides",a("o\
l",{class:"overview"},this.sections.map(t))),this.dialog.querySelector("[aria-current]")?.focus()}};
function te(){let r=location.hash.slice(1);try{return decodeURIComponent(r)}catch{return r}}var xt=({
target:r},t)=>r instanceof Element&&r.closest(t);new K;return St(ee);})();
