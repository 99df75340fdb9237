package workerpool

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

func (r *workerPool) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {}
func (r *workerPool) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (r *workerPool) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (r *workerPool) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
