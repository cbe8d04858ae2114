# Vigie on Nomad: one Vigie in each place that is watched from, and Prometheus finds them all through Nomad or Consul.
#
#   nomad job run -var 'places=["orion","neptune"]' -var config="$(cat vigie.yaml)" deploy/nomad/vigie.nomad.hcl
#
# Without containers, where Vigie is installed on the clients (docs/install.md, "Debian"): -var driver=raw_exec.
#
# A place is the name of a datacenter of Nomad's. Prometheus's part is at the end.

variable "places" {
  type        = list(string)
  description = "Datacenters; a Vigie runs in each."
  default     = ["dc1"]
}

variable "image" {
  type        = string
  description = "The image, built from the Dockerfile, in a registry that the clients can reach."
  default     = "vigie:latest"
}

variable "driver" {
  type        = string
  description = "docker; or raw_exec: what is installed on the client, confined by nothing but its user."
  default     = "docker"
}

variable "command" {
  type        = string
  description = "raw_exec: Vigie's program on the clients."
  default     = "/opt/vigie/vigie"
}

variable "user" {
  type        = string
  description = "raw_exec: the user that Vigie runs as; it must exist on the clients."
  default     = "vigie"
}

variable "config" {
  type        = string
  description = "The content of vigie.yaml. Empty: Vigie watches its own sandbox."
  default     = ""
}

variable "services" {
  type        = string
  description = "Where the service is registered: nomad, or consul where the clients have one."
  default     = "nomad"
}

job "vigie" {
  type        = "service"
  datacenters = var.places

  update {
    max_parallel     = 1
    health_check     = "checks"
    min_healthy_time = "10s"
    healthy_deadline = "3m"
    auto_revert      = true
  }

  dynamic "group" {
    for_each = var.places
    labels   = ["vigie-${group.value}"]

    content {
      count = 1

      constraint {
        attribute = "${node.datacenter}"
        value     = group.value
      }

      network {
        port "http" {
          to = 9797
        }
      }

      # Evidence and history stay where the allocation is, and follow it where that is possible.
      ephemeral_disk {
        size    = 2000
        sticky  = true
        migrate = true
      }

      restart {
        attempts = 3
        interval = "10m"
        delay    = "15s"
        mode     = "delay"
      }

      service {
        name     = "vigie"
        port     = "http"
        provider = var.services
        tags     = ["place=${group.value}"]

        check {
          type     = "http"
          path     = "/-/healthy"
          interval = "30s"
          timeout  = "5s"
        }
      }

      task "vigie" {
        driver = var.driver
        user   = var.driver == "docker" ? "" : var.user
        # A run in hand is ended and cleaned up first.
        kill_timeout = "25s"

        dynamic "config" {
          for_each = var.driver == "docker" ? [1] : []

          content {
            image           = var.image
            args            = ["serve", "--listen", ":9797"]
            work_dir        = "/local"
            ports           = ["http"]
            readonly_rootfs = true
            cap_drop        = ["all"]
            security_opt    = ["no-new-privileges"]
            pids_limit      = 1024
            # Browsers exchange pictures through shared memory; the usual 64 MB are too few for three of them.
            shm_size = 1073741824

            ulimit {
              nofile = "16384:16384"
            }

            mount {
              type   = "tmpfs"
              target = "/tmp"

              tmpfs_options {
                size = 536870912
              }
            }

            # Where evidence and history go unless vigie.yaml says otherwise.
            mount {
              type     = "bind"
              source   = "../alloc/data"
              target   = "/var/lib/vigie"
              readonly = false
            }
          }
        }

        dynamic "config" {
          for_each = var.driver == "docker" ? [] : [1]

          content {
            command = var.command
            args = concat(
              ["serve", "--listen", "${NOMAD_ADDR_http}"],
              var.config == "" ? [] : ["--config", "local/vigie.yaml"],
            )
          }
        }

        # The image has its own.
        env = var.driver == "docker" ? {} : {
          HOME            = "${NOMAD_ALLOC_DIR}/data"
          STATE_DIRECTORY = "${NOMAD_ALLOC_DIR}/data"
        }

        # A dynamic block, for without a configuration there must be no file.
        dynamic "template" {
          for_each = var.config == "" ? [] : [var.config]

          content {
            data          = template.value
            destination   = "local/vigie.yaml"
            change_mode   = "signal"
            change_signal = "SIGHUP"
            # Nothing in it is a template of Nomad's.
            left_delimiter  = "<<<"
            right_delimiter = ">>>"
          }
        }

        resources {
          cpu        = 1000
          memory     = 1024
          memory_max = 3072
        }
      }
    }
  }
}

# In prometheus.yml, instead of static_configs (and the same for the job vigie-process):
#
#   - job_name: vigie
#     nomad_sd_configs:
#       - server: http://localhost:4646
#     relabel_configs:
#       - source_labels: [__meta_nomad_service]
#         regex: vigie
#         action: keep
#       - source_labels: [__meta_nomad_tags]
#         regex: .*,place=([^,]+),.*
#         target_label: place
#
# With Consul: consul_sd_configs with "server: localhost:8500" and "services: [vigie]", and __meta_consul_tags.
