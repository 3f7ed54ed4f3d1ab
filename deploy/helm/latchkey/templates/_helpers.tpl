{{/* The labels that select a component. Input: a dictionary with the root and the component's name. */}}
{{- define "latchkey.selector" -}}
app.kubernetes.io/name: {{ .part }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "latchkey.labels" -}}
{{ include "latchkey.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end -}}

{{/* An image, with its digest if set. Input: a dictionary with the image and the digest. */}}
{{- define "latchkey.image" -}}
{{ .image }}{{ with .digest }}@{{ . }}{{ end }}
{{- end -}}

{{/* The account of a pod. Input: a dictionary with the user and the group. */}}
{{- define "latchkey.pod-security" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .group }}
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{/* The restrictions of all containers. */}}
{{- define "latchkey.container-security" -}}
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
{{- end -}}
