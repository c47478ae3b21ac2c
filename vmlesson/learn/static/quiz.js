// Made by `make bundle` from web/src: edit there.
"use strict";var bundled=(()=>{var b=Object.defineProperty;var A=Object.getOwnPropertyDescriptor;var E=Object.getOwnPropertyNames;var N=Object.prototype.hasOwnProperty;var $=(e,t)=>{for(var s in t)b(e,s,{get:t[s],enumerable:!0})},j=(e,t,s,r)=>{if(t&&typeof t=="object"||
typeof t=="function")for(let n of E(t))!N.call(e,n)&&n!==s&&b(e,n,{get:()=>t[n],enumerable:!(r=A(t,n))||
r.enumerable});return e};var q=e=>j(b({},"__esModule",{value:!0}),e);var P={};$(P,{default:()=>D});function i(e,t={},...s){let r=document.createElement(e);for(let[n,o]of Object.entries(t))o===!1||o==
null||(n.startsWith("on")?r.addEventListener(n.slice(2),o):n==="style"?C(r,o):r.setAttribute(n,o===!0?
"":String(o)));for(let n of s.flat())n!=null&&n!==!1&&r.append(n);return r}function C(e,t){for(let[s,
r]of Object.entries(t))e.style.setProperty(s,String(r))}var x="No answer from Jupyter's kernel. It may be busy; if it was restarted, run the cell again.";var S="change:reply change:right change:given change:judged",v=0,h=e=>e.split("`").map((t,s)=>s%2?i(
"code",{},t):t);function T({options:e,order:t},s){if(!e.length){let o=i("input",{type:"number",name:s,
step:1,required:!0});return{fields:[o],labels:[i("label",{},"A whole number: ",o)]}}let r=t.map(o=>i(
"input",{type:"radio",name:s,value:o,required:!0})),n=r.map((o,f)=>i("label",{},o,i("span",{},h(e[t[f]-
1]))));return{fields:r,labels:n}}function k({model:e,el:t}){let s=e.get("question");v+=1;let r=`vmle\
sson-question-${v}`,{fields:n,labels:o}=T(s,r),f=i("legend",{},i("b",{},"Predict. "),h(s.ask)),w=i("\
button",{type:"submit"},"That is my answer"),d=i("p",{class:"reply",role:"status"}),l=i("form",{},i(
"fieldset",{},f,o),w,d);t.classList.add("vmlesson-prediction"),t.dataset.lmSuppressShortcuts="true",
t.append(l);let p,g=()=>{clearTimeout(p);let a=e.get("given"),c=a===e.get("judged"),[m,y]=[c?e.get("\
reply"):"",e.get("right")];c||(p=window.setTimeout(()=>d.replaceChildren(x),2e3));for(let u of n)u.type===
"radio"?u.checked=Number(u.value)===a:u.value=String(a??"");d.replaceChildren(...h(m?`${y?"✓":"✗"}\
 ${m}`:"")),l.dataset.outcome=m?y?"right":"wrong":"open"};return l.addEventListener("keydown",a=>a.stopPropagation()),
l.addEventListener("submit",a=>{a.preventDefault();let c=Number(new FormData(l).get(r));Number.isInteger(
c)&&(e.set("given",c),e.save_changes())}),e.on(S,g),g(),()=>{clearTimeout(p),e.off(S,g)}}var D={render:k};return q(P);})();
export default bundled.default;
