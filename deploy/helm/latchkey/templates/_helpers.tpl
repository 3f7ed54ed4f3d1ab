{{/* The labels by which a part is found: a dictionary with the root and the name of the part. */}}
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

{{/* An image, by its digest when the values have one: a dictionary with the image and the digest. */}}
{{- define "latchkey.image" -}}
{{ .image }}{{ with .digest }}@{{ . }}{{ end }}
{{- end -}}

{{/* As whom the pods run: a dictionary with the user and the group. */}}
{{- define "latchkey.pod-security" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .group }}
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{/* What both parts may not do. */}}
{{- define "latchkey.container-security" -}}
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
{{- end -}}
