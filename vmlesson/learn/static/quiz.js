// Made by `make bundle` from web/src: edit there.
"use strict";var bundled=(()=>{var b=Object.defineProperty;var E=Object.getOwnPropertyDescriptor;var w=Object.getOwnPropertyNames;var N=Object.prototype.hasOwnProperty;var $=(e,t)=>{for(var s in t)b(e,s,{get:t[s],enumerable:!0})},q=(e,t,s,r)=>{if(t&&typeof t=="object"||
typeof t=="function")for(let n of w(t))!N.call(e,n)&&n!==s&&b(e,n,{get:()=>t[n],enumerable:!(r=E(t,n))||
r.enumerable});return e};var j=e=>q(b({},"__esModule",{value:!0}),e);var O={};$(O,{default:()=>P});function i(e,t={},...s){let r=document.createElement(e);for(let[n,o]of Object.entries(t))o===!1||o==
null||(n.startsWith("on")?r.addEventListener(n.slice(2),o):n==="style"?L(r,o):r.setAttribute(n,o===!0?
"":String(o)));for(let n of s.flat())n!=null&&n!==!1&&r.append(n);return r}function L(e,t){for(let[s,
r]of Object.entries(t))e.style.setProperty(s,String(r))}var S="No answer from Jupyter's kernel. It may be busy; if it was restarted, run the cell again.";var x="change:reply change:right change:given change:judged",v=0,h=e=>e.split("`").map((t,s)=>s%2?i(
"code",{},t):t);function k({options:e,order:t},s){if(!e.length){let o=i("input",{type:"number",name:s,
step:1,required:!0});return{fields:[o],labels:[i("label",{},"A whole number: ",o)]}}let r=t.map(o=>i(
"input",{type:"radio",name:s,value:o,required:!0})),n=r.map((o,f)=>i("label",{},o,i("span",{},h(e[t[f]-
1]))));return{fields:r,labels:n}}function D({model:e,el:t}){let s=e.get("question");v+=1;let r=`vmle\
sson-question-${v}`,{fields:n,labels:o}=k(s,r),f=i("legend",{},i("b",{},"Predict. "),h(s.ask)),A=i("\
button",{type:"submit"},"That is my answer"),d=i("p",{class:"reply",role:"status"}),l=i("form",{},i(
"fieldset",{},f,o),A,d);t.classList.add("vmlesson-prediction"),t.dataset.lmSuppressShortcuts="true",
t.append(l);let p,g=()=>{clearTimeout(p);let a=e.get("given"),c=a===e.get("judged"),[m,y]=[c?e.get("\
reply"):"",e.get("right")];c||(p=window.setTimeout(()=>d.replaceChildren(S),2e3));for(let u of n)u.type===
"radio"?u.checked=Number(u.value)===a:u.value=String(a??"");d.replaceChildren(...h(m?`${y?"✓":"✗"}\
 ${m}`:"")),l.dataset.outcome=m?y?"right":"wrong":"open"};return l.addEventListener("keydown",a=>a.stopPropagation()),
l.addEventListener("submit",a=>{a.preventDefault();let c=Number(new FormData(l).get(r));Number.isInteger(
c)&&(e.set("given",c),e.save_changes())}),e.on(x,g),g(),()=>{clearTimeout(p),e.off(x,g)}}var P={render:D};return j(O);})();
export default bundled.default;
